package io.nearside.replicator.table;

import io.nearside.change.Invalidation.IndexPartitions;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A secondary index of a table.
 *
 * @param keySchema null where several attributes share a role, as global indexes allow (up to four each): no proxy caches pages of
 *     such an index, so it is enough to say that it was touched
 * @param local whether it has the table's partitions
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html">Global secondary indexes</a>
 */
public record IndexSchema(String name, @Nullable KeySchema keySchema, boolean local) {

    /**
     * Which places in this index a write touched.
     *
     * @param old the whole item before the write, null if there was none
     * @param fresh the whole item after the write, null if there is none
     */
    public IndexPartitions touched(@Nullable Item old, @Nullable Item fresh) {
        return keySchema == null
                ? new IndexPartitions(name, local, List.of(), List.of(), true)
                : IndexPartitions.ofKeys(name, local, key(keySchema, old), key(keySchema, fresh));
    }

    /** The item's key in the index; null if the index, being sparse, does not have it. */
    private static @Nullable ItemKey key(KeySchema schema, @Nullable Item item) {
        if (item == null || !has(item, schema.partition()) || !has(item, schema.sort())) {
            return null;
        }
        return ItemKey.of(schema, item);
    }

    private static boolean has(Item item, @Nullable KeyAttribute attribute) {
        return attribute == null || Objects.nonNull(item.get(attribute.name()));
    }
}
