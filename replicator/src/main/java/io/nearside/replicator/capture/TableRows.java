package io.nearside.replicator.capture;

import io.nearside.item.ItemKey;
import io.nearside.replicator.table.StoredItem;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a table row by row. Blocking, thread-safe; failures leave as {@link io.nearside.replicator.table.StoreException}. */
interface TableRows {

    /**
     * Reads some rows of one segment, in an order that stays the same.
     *
     * @param after the last row of the page before; null for the first page
     */
    Page read(ScanSegment segment, @Nullable ItemKey after, int limit);

    /**
     * Some rows.
     *
     * @param last where the next page goes on; null if this was the segment's last
     * @param rest how long to wait at least before more is read, to keep to the table's budget
     */
    record Page(List<StoredItem> rows, @Nullable ItemKey last, Duration rest) {}
}
