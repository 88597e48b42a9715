package io.nearside.local.embedded;

import java.util.Set;

/**
 * Hears of writes to a DynamoDB Local, whoever makes them, a few milliseconds after they were answered. What DynamoDB Local does by itself,
 * as deleting items whose time is over, is not told.
 */
public interface WriteListener {
    /**
     * Items may have been written.
     *
     * @param region index of the region
     * @param tables which; empty if that is not known
     */
    void written(int region, Set<String> tables);

    /** Tables of the region may have been made, changed or deleted. */
    void tablesChanged(int region);
}
