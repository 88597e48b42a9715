package io.nearside.replicator.table;

import org.jspecify.annotations.Nullable;

/** Which incarnation of its name a table of the region is. Safe for use from any thread. */
@FunctionalInterface
public interface TableIncarnations {

    /**
     * The number of that table.
     *
     * @return null while it is not settled: the regions have not agreed on it yet, or an operator has to say whose content stands
     */
    @Nullable Integer of(TableInfo table);
}
