package io.nearside.replicator.table;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a region says of one of its tables on its compacted topic {@code nearside.tables.<region>}; the newest of a table counts.
 *
 * <p>A table that is deleted and created again under its name is another incarnation of it. The regions agree on incarnations by their
 * numbers: the changes of one are applied to that one only, never to the table that had the name before or has it after.
 *
 * @param table the table's name
 * @param incarnation the number of the table that is there, or was there last; 0 if none counts
 * @param identity what tells it from the others, see {@link TableInfo#identity}; empty when it is deleted
 * @param definition how it is made; null when it is deleted
 * @param refillFrom the region that is asked to publish all of its items again, since this table was made empty in an incarnation whose
 *     changes are past; null if nobody is
 * @param refilled for which table, by its identity, this region has done so, by the region that asked
 */
public record TableAnnouncement(
        String table,
        int incarnation,
        String identity,
        @Nullable TableDefinition definition,
        @Nullable String refillFrom,
        Map<String, String> refilled) {

    public TableAnnouncement {
        if (table.isEmpty()) {
            throw new IllegalArgumentException("table must not be empty");
        }
        if (incarnation < 0) {
            throw new IllegalArgumentException("incarnation must not be negative");
        }
        refilled = Map.copyOf(refilled);
    }

    static TableAnnouncement present(TableDefinition definition, String identity, int incarnation) {
        return new TableAnnouncement(definition.table(), incarnation, identity, definition, null, Map.of());
    }

    static TableAnnouncement deleted(String table, int incarnation) {
        return new TableAnnouncement(table, incarnation, "", null, null, Map.of());
    }

    /** Whether the table is there. */
    boolean isPresent() {
        return definition != null;
    }

    TableAnnouncement askingFor(@Nullable String region) {
        return new TableAnnouncement(table, incarnation, identity, definition, region, refilled);
    }

    TableAnnouncement refilled(Map<String, String> done) {
        return new TableAnnouncement(table, incarnation, identity, definition, refillFrom, done);
    }
}
