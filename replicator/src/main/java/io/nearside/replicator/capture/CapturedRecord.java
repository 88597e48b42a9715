package io.nearside.replicator.capture;

import io.nearside.change.StreamPosition;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.replicator.table.StoredItem;
import io.nearside.version.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One record of a table's stream: one item before and after one write.
 *
 * @param key the item's canonical key
 * @param keyAttributes the item's key attributes
 * @param oldItem the item before the write; null if there was none
 * @param newItem the item after the write; null if the write removed it, whatever the record's event name says
 * @param expired the item was removed by DynamoDB's time to live
 * @param position where the record stands in the stream; null for a row of a scan
 * @param written about when the write was made: rounded to seconds or minutes, for measuring only, never part of a version
 * @param read when the record was read, by this process's wall clock
 */
public record CapturedRecord(
        ItemKey key,
        Item keyAttributes,
        @Nullable StoredItem oldItem,
        @Nullable StoredItem newItem,
        boolean expired,
        @Nullable StreamPosition position,
        @Nullable Instant written,
        Instant read) {

    /** The version before the write, if the item was there and stamped. */
    public @Nullable Version oldVersion() {
        return oldItem == null ? null : oldItem.version();
    }

    /** The version after the write, if the item is there and stamped. */
    public @Nullable Version newVersion() {
        return newItem == null ? null : newItem.version();
    }
}
