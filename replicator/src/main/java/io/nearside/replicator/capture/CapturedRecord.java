package io.nearside.replicator.capture;

import io.nearside.change.StreamPosition;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.replicator.table.StoredItem;
import io.nearside.version.Version;
import java.time.Instant;
import java.util.Objects;
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
 * @param unread what the images lack; null, as a rule, if they are whole
 */
public record CapturedRecord(
        ItemKey key,
        Item keyAttributes,
        @Nullable StoredItem oldItem,
        @Nullable StoredItem newItem,
        boolean expired,
        @Nullable StreamPosition position,
        @Nullable Instant written,
        Instant read,
        @Nullable UnreadAttributes unread) {

    /** A record whose images are whole. */
    public CapturedRecord(
            ItemKey key,
            Item keyAttributes,
            @Nullable StoredItem oldItem,
            @Nullable StoredItem newItem,
            boolean expired,
            @Nullable StreamPosition position,
            @Nullable Instant written,
            Instant read) {
        this(key, keyAttributes, oldItem, newItem, expired, position, written, read, null);
    }

    /** The version before the write, if the item was there and stamped. */
    public @Nullable Version oldVersion() {
        return oldItem == null ? null : oldItem.version();
    }

    /** The version after the write, if the item is there and stamped. */
    public @Nullable Version newVersion() {
        return newItem == null ? null : newItem.version();
    }

    /**
     * This write and the item's next one seen as a single write; null if they must be looked at one by one.
     *
     * <p>They need not be where both leave the item there without a version that could be committed: settling the second then settles
     * the first, whatever came of it, since what the first was above the two together are above.
     */
    public @Nullable CapturedRecord followedBy(CapturedRecord next) {
        boolean alike = unread == null
                && next.unread == null
                && leavesNothingCommitted()
                && next.leavesNothingCommitted()
                && next.oldItem != null
                && Objects.equals(newVersion(), next.oldVersion());
        return alike
                ? new CapturedRecord(
                        key, keyAttributes, oldItem, next.newItem, false, next.position, next.written, next.read)
                : null;
    }

    /** Whether the item is there, and its version, if it has one, was on it before or is older. */
    private boolean leavesNothingCommitted() {
        Version before = oldVersion();
        Version after = newVersion();
        return newItem != null && (after == null || (before != null && !after.isAbove(before)));
    }
}
