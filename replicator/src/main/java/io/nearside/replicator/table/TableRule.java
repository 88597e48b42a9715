package io.nearside.replicator.table;

import java.util.Map;
import java.util.Set;

/**
 * How the tables that fit a pattern are replicated.
 *
 * @param pattern a name, or a glob as in {@link TablePatterns}
 * @param regions the regions that replicate them; empty: all
 * @param names what such a table is called in other regions, by region, where it is another name
 * @param filter which items of other regions are taken in here
 * @param takesExpiries whether an item that expired elsewhere is deleted here
 * @param readUnits most read units per second for scans, 0: no limit
 * @param writeUnits most write units per second for other regions' changes, 0: no limit
 * @param merges whether concurrent changes of different attributes both stand, instead of the last writer of the item
 */
public record TableRule(
        String pattern,
        Set<String> regions,
        Map<String, String> names,
        TableFilter filter,
        boolean takesExpiries,
        int readUnits,
        int writeUnits,
        boolean merges) {

    /** Everything, everywhere, under the same name. */
    public static final TableRule USUAL = usual("*");

    public TableRule {
        regions = Set.copyOf(regions);
        names = Map.copyOf(names);
    }

    /** Nothing special about the tables that fit a pattern. */
    public static TableRule usual(String pattern) {
        return new TableRule(pattern, Set.of(), Map.of(), TableFilter.ALL, true, 0, 0, false);
    }

    boolean isReplicatedIn(String region) {
        return regions.isEmpty() || regions.contains(region);
    }
}
