package io.nearside.replicator.capture;

import io.nearside.change.Invalidation;
import io.nearside.change.Invalidation.IndexPartitions;
import io.nearside.item.InvalidKeyException;
import io.nearside.item.Item;
import io.nearside.replicator.table.IndexSchema;
import io.nearside.replicator.table.StoredItem;
import io.nearside.replicator.table.TableInfo;
import io.nearside.version.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says what caches must forget after a stream record: the item, and in every secondary index the places that it left and entered.
 *
 * <p>A stream of old and new images knows both, so no index generation is dropped for a direct write, unless an image could not be read
 * whole.
 */
final class InvalidationMaker {

    private final TableInfo table;
    private final String source;

    /**
     * @param node this replicator's node id
     */
    InvalidationMaker(TableInfo table, String node) {
        this.table = table;
        this.source = "capture/" + node;
    }

    Invalidation of(CapturedRecord record) {
        Item old = itemOf(record.oldItem());
        Item fresh = itemOf(record.newItem());
        return new Invalidation(
                Invalidation.Scope.ITEM,
                table.name(),
                table.id(),
                record.key(),
                table.indexes().stream()
                        .map(index -> record.unread() == null ? touched(index, old, fresh) : unknown(index))
                        .toList(),
                source,
                record.read(),
                committed(record));
    }

    /**
     * The version, if this write committed it. A version that an application's write left as it was, or put back, says nothing
     * about what the write changed, and a cache that trusted it would keep what was there before; nor does a row of a scan.
     */
    private static @Nullable Version committed(CapturedRecord record) {
        if (record.unread() != null
                || (record.oldItem() != null && record.oldItem().mark() != null)) {
            return null;
        }
        Version old = record.oldVersion();
        Version fresh = record.newVersion();
        boolean committed = record.position() != null && fresh != null && (old == null || fresh.isAbove(old));
        return committed ? fresh : null;
    }

    private static IndexPartitions touched(IndexSchema index, @Nullable Item old, @Nullable Item fresh) {
        try {
            return index.touched(old, fresh);
        } catch (InvalidKeyException e) {
            // The index came later than the item, whose attribute cannot be its key.
            return unknown(index);
        }
    }

    private static IndexPartitions unknown(IndexSchema index) {
        return new IndexPartitions(index.name(), index.local(), List.of(), List.of(), true);
    }

    private static @Nullable Item itemOf(@Nullable StoredItem image) {
        return image == null ? null : image.item();
    }
}
