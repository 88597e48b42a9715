package io.nearside.replicator.capture;

import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.replicator.capture.Settled.Outcome;
import io.nearside.replicator.table.StoredItem;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Settles records whose images could be read only in part ({@link CapturedRecord#unread}) by a strong read of the item, which DynamoDB answers
 * in a form that can be read; all others pass through.
 *
 * <p>Such a record is taken for the write that left what is there now. Whatever was written in between has records of its own, which follow and
 * are settled as always: a version that is published too early is published again, and nothing is left unpublished that a later record
 * does not raise. If the item is gone, the record of its removal follows. If the item itself cannot be read, that failure is fatal and the
 * record is parked.
 *
 * <p>Of the old image only the version counts, unless attributes are merged: then an attribute that could not be read was changed if the
 * write left the item's versions as they were, which is how applications write; replication's own writes raise what they change.
 */
final class PartialRecords implements Settling {

    /** Equal to nothing that an item can hold, for DynamoDB refuses names that are empty. */
    private static final AttributeValue UNKNOWN = new AttributeValue.M(Map.of("", new AttributeValue.Null()));

    private final Settling settling;
    private final Function<ItemKey, @Nullable StoredItem> table;

    /**
     * @param settling of whole records
     * @param table reads an item, strongly consistent
     */
    PartialRecords(Settling settling, Function<ItemKey, @Nullable StoredItem> table) {
        this.settling = settling;
        this.table = table;
    }

    @Override
    public Settled handle(CapturedRecord record) {
        UnreadAttributes unread = record.unread();
        if (unread == null) {
            return settling.handle(record);
        }
        StoredItem fresh = record.newItem();
        if (!unread.fresh().isEmpty()) {
            fresh = table.apply(record.key());
            if (fresh == null) {
                return Settled.silently(Outcome.OVERTAKEN);
            }
        }
        return settling.handle(new CapturedRecord(
                record.key(),
                record.keyAttributes(),
                old(record, unread.old(), fresh),
                fresh,
                record.expired(),
                record.position(),
                record.written(),
                record.read()));
    }

    private static @Nullable StoredItem old(CapturedRecord record, Set<String> unread, @Nullable StoredItem fresh) {
        StoredItem known = record.oldItem();
        if (known == null || unread.isEmpty()) {
            return known;
        }
        boolean raised = record.newItem() != null
                && !Objects.equals(known.versions(), record.newItem().versions());
        Map<String, AttributeValue> attributes = new HashMap<>(known.item().attributes());
        for (String name : unread) {
            AttributeValue now = fresh == null ? null : fresh.item().get(name);
            attributes.put(name, raised && now != null ? now : UNKNOWN);
        }
        return new StoredItem(new Item(attributes), known.stamp(), known.mark());
    }

    @Override
    public @Nullable CapturedRecord together(CapturedRecord first, CapturedRecord next) {
        return settling.together(first, next);
    }
}
