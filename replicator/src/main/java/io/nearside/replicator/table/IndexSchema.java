package io.nearside.replicator.table;

import io.nearside.change.Invalidation.IndexPartitions;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A global secondary index of a table and its key. */
public record IndexSchema(String name, KeySchema keySchema) {

    /**
     * Which partitions of this index a write touched.
     *
     * @param old the whole item before the write, null if there was none
     * @param fresh the whole item after the write, null if there is none
     */
    public IndexPartitions touched(@Nullable Item old, @Nullable Item fresh) {
        List<ItemKey> partitions = Stream.of(partition(old), partition(fresh))
                .flatMap(Stream::ofNullable)
                .distinct()
                .toList();
        return new IndexPartitions(name, partitions, false);
    }

    /** The index partition that an item is in; null if the index, being sparse, does not have it. */
    private @Nullable ItemKey partition(@Nullable Item item) {
        if (item == null || !has(item, keySchema.partition()) || !has(item, keySchema.sort())) {
            return null;
        }
        return ItemKey.of(keySchema, item).partitionOnly();
    }

    private static boolean has(Item item, @Nullable KeyAttribute attribute) {
        return attribute == null || Objects.nonNull(item.get(attribute.name()));
    }
}
