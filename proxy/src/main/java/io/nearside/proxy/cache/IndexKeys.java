package io.nearside.proxy.cache;

import io.nearside.change.Invalidation.IndexPartitions;
import io.nearside.item.ItemKey;
import java.util.List;
import java.util.Objects;

/**
 * Where an item stood in one secondary index before a write of it, and where it stands after.
 *
 * @param index the index's name
 * @param global whether the index has a partition key of its own
 * @param keys its keys there before and after, as far as they are known; none where it is not in the index
 * @param unknown whether either is not known
 */
public record IndexKeys(String index, boolean global, List<ItemKey> keys, boolean unknown) {

    public IndexKeys {
        Objects.requireNonNull(index, "index");
        keys = List.copyOf(keys);
    }

    /** What an announcement says of an index. */
    static IndexKeys announced(IndexPartitions said) {
        return new IndexKeys(said.index(), !said.local(), said.keys(), said.unknown());
    }

    /** The same in the words of the bus. */
    public IndexPartitions announcement() {
        return new IndexPartitions(
                index, !global, global ? IndexPartitions.partitionsOf(keys) : List.of(), keys, unknown);
    }
}
