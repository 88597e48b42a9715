package io.nearside.replicator.simulation;

import io.nearside.conflict.AttributeVersions;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.replicator.table.MergingTable;
import io.nearside.replicator.table.StoredItem;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a capture sees that takes the highest version of an item for the version of all its attributes. */
final class OneVersionPerItem implements MergingTable {
    private final MergingTable real;
    private @Nullable StoredItem last;

    OneVersionPerItem(MergingTable real) {
        this.real = real;
    }

    @Override
    public String name() {
        return real.name();
    }

    @Override
    public @Nullable StoredItem read(ItemKey key) {
        last = real.read(key);
        AttributeVersions versions = last == null ? null : last.versions();
        return last == null || versions == null
                ? last
                : StoredItem.merging(last.item(), AttributeVersions.whole(versions.head()), 0);
    }

    @Override
    public boolean stamp(ItemKey key, StoredItem read, AttributeVersions fresh) {
        return real.stamp(key, last == null ? read : last, fresh);
    }

    @Override
    public boolean update(ItemKey key, StoredItem read, Item set, Set<String> removed, AttributeVersions fresh) {
        return real.update(key, last == null ? read : last, set, removed, fresh);
    }

    @Override
    public boolean replace(
            ItemKey key, @Nullable StoredItem read, Item image, Set<String> kept, AttributeVersions fresh) {
        return real.replace(key, read == null ? null : last, image, kept, fresh);
    }

    @Override
    public boolean delete(ItemKey key, StoredItem read) {
        return real.delete(key, last == null ? read : last);
    }
}
