package io.nearside.replicator.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which tables this region replicates, and how. Of several rules that fit a name, the first counts.
 *
 * <p>As a predicate: whether a table of this region is replicated. Safe for use from any thread; holds two budgets per table asked for.
 */
public final class TableRules implements Predicate<String> {

    private record Entry(TablePatterns pattern, TableRule rule) {}

    private final String region;
    private final List<Entry> entries = new ArrayList<>();
    private final LongSupplier nanos;
    private final Map<String, CapacityBudget> readBudgets = new ConcurrentHashMap<>();
    private final Map<String, CapacityBudget> writeBudgets = new ConcurrentHashMap<>();

    /**
     * @param region this region
     * @param nanos elapsed time, for the budgets
     */
    public TableRules(String region, List<TableRule> rules, LongSupplier nanos) {
        this.region = region;
        this.nanos = nanos;
        rules.forEach(rule -> entries.add(new Entry(new TablePatterns(List.of(rule.pattern())), rule)));
    }

    @Override
    public boolean test(String table) {
        TableRule rule = find(table);
        return rule != null && rule.isReplicatedIn(region);
    }

    /** How a table of this region is replicated; as usual if nothing is said of it. */
    public TableRule rule(String table) {
        TableRule rule = find(table);
        return rule == null ? TableRule.USUAL : rule;
    }

    private @Nullable TableRule find(String table) {
        for (Entry entry : entries) {
            if (entry.pattern().test(table)) {
                return entry.rule();
            }
        }
        return null;
    }

    /** What a table of another region is called here; null if this region does not replicate it with that one. */
    public @Nullable String here(String peer, String table) {
        for (Entry entry : entries) {
            if (table.equals(entry.rule().names().get(peer))) {
                return replicatedWith(peer, entry.rule().pattern());
            }
        }
        String elsewhere = rule(table).names().get(peer);
        return elsewhere == null ? replicatedWith(peer, table) : null;
    }

    private @Nullable String replicatedWith(String peer, String table) {
        return test(table) && rule(table).isReplicatedIn(peer) ? table : null;
    }

    /** What a table of this region is called in another. */
    public String there(String other, String table) {
        return rule(table).names().getOrDefault(other, table);
    }

    /** What scans of a table may consume. */
    public CapacityBudget readBudget(String table) {
        return readBudgets.computeIfAbsent(table, name -> budget(rule(name).readUnits()));
    }

    /** What other regions' changes to a table may consume. */
    public CapacityBudget writeBudget(String table) {
        return writeBudgets.computeIfAbsent(table, name -> budget(rule(name).writeUnits()));
    }

    private CapacityBudget budget(int unitsPerSecond) {
        return unitsPerSecond == 0 ? CapacityBudget.UNLIMITED : CapacityBudget.of(unitsPerSecond, nanos);
    }
}
