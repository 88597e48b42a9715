package io.nearside.proxy.coherence;

import io.nearside.change.Invalidation.IndexPartitions;
import io.nearside.item.ItemKey;
import io.nearside.proxy.cache.CachedTable;
import java.util.List;

/**
 * Tells the region's other nodes what was written through this one. Called on event loops; never blocks and never fails:
 * what cannot be said at once is said later, if need be as "forget the table".
 */
public interface Announcer {

    /** Says nothing: there are no other nodes, or no bus to reach them. */
    Announcer SILENT = new Announcer() {
        @Override
        public void itemWritten(CachedTable table, ItemKey key, List<IndexPartitions> indexes) {}

        @Override
        public void partitionWritten(CachedTable table, ItemKey partition, List<IndexPartitions> indexes) {}

        @Override
        public void tableChanged(String table) {}

        @Override
        public boolean reachesOthers() {
            return false;
        }
    };

    /**
     * An item was written, or may have been.
     *
     * @param indexes what that did to every secondary index of its table; empty if it is not known
     */
    void itemWritten(CachedTable table, ItemKey key, List<IndexPartitions> indexes);

    /**
     * Any item of the partition may have been written.
     *
     * @param indexes which partitions of the global indexes those items may be in; of an index left out any
     */
    void partitionWritten(CachedTable table, ItemKey partition, List<IndexPartitions> indexes);

    /** Any item of the table may have been written, or the table itself was changed. */
    void tableChanged(String table);

    /** Whether there may be other nodes that hear, with pages of indexes that this one does not know of. */
    boolean reachesOthers();
}
