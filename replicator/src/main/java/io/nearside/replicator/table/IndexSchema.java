package io.nearside.replicator.table;

import io.nearside.change.Invalidation.IndexPartitions;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A secondary index of a table.
 *
 * @param local whether it has the table's partitions
 */
public record IndexSchema(String name, KeySchema keySchema, boolean local) {

    /**
     * Which places in this index a write touched.
     *
     * @param old the whole item before the write, null if there was none
     * @param fresh the whole item after the write, null if there is none
     */
    public IndexPartitions touched(@Nullable Item old, @Nullable Item fresh) {
        return IndexPartitions.ofKeys(name, local, key(old), key(fresh));
    }

    /** The item's key in the index; null if the index, being sparse, does not have it. */
    private @Nullable ItemKey key(@Nullable Item item) {
        if (item == null || !has(item, keySchema.partition()) || !has(item, keySchema.sort())) {
            return null;
        }
        return ItemKey.of(keySchema, item);
    }

    private static boolean has(Item item, @Nullable KeyAttribute attribute) {
        return attribute == null || Objects.nonNull(item.get(attribute.name()));
    }
}
