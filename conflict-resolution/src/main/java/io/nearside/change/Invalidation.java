package io.nearside.change;

import io.nearside.item.ItemKey;
import io.nearside.version.Version;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * "Forget what you hold of this": what a writer tells the region's caches. Always safe: it can only cost a miss.
 *
 * @param scope one item, one partition, or all that is known of the table
 * @param table the table's name
 * @param tableId DynamoDB's TableId, empty if the writer did not know it
 * @param key the item's canonical key, or the partition's; null with {@link Scope#TABLE}
 * @param indexes what happened in the table's secondary indexes
 * @param source who says so: a proxy's node id, or {@code capture/} and the replicator's
 * @param at when the write was acknowledged or its stream record read, by the source's clock; kept in milliseconds
 * @param version the version that the write committed, above the one it replaced; null if it committed none, or none that is known
 */
public record Invalidation(
        Scope scope,
        String table,
        String tableId,
        @Nullable ItemKey key,
        List<IndexPartitions> indexes,
        String source,
        Instant at,
        @Nullable Version version) {

    /** How much is to be forgotten. */
    public enum Scope {
        /** One item, and what the indexes name. */
        ITEM,
        /** Everything of the table and its indexes. */
        TABLE,
        /** Every item with one partition key, and what the indexes name. Readers that do not know it forget everything. */
        PARTITION
    }

    /**
     * What happened to the item's places in one secondary index.
     *
     * @param index the index's name
     * @param local whether the index has the table's partitions
     * @param partitions canonical partition keys, before and after the write; none of a local index
     * @param keys the item's canonical keys in the index, before and after, where it was in it; of a global index none if the source
     *     tells partitions only
     * @param unknown whether the old or new image was not known: then any partition may be touched
     */
    public record IndexPartitions(
            String index, boolean local, List<ItemKey> partitions, List<ItemKey> keys, boolean unknown) {
        public IndexPartitions {
            Objects.requireNonNull(index, "index");
            partitions = List.copyOf(partitions);
            keys = List.copyOf(keys);
        }

        /** Partitions of a global index, of which any page may be touched. */
        public IndexPartitions(String index, List<ItemKey> partitions, boolean unknown) {
            this(index, false, partitions, List.of(), unknown);
        }

        /** The places in an index that an item had and has; nulls where it had or has none. */
        public static IndexPartitions ofKeys(
                String index, boolean local, @Nullable ItemKey before, @Nullable ItemKey after) {
            List<ItemKey> keys = Stream.of(before, after)
                    .flatMap(Stream::ofNullable)
                    .distinct()
                    .toList();
            return new IndexPartitions(index, local, local ? List.of() : partitionsOf(keys), keys, false);
        }

        /** The partitions of keys, each once. */
        public static List<ItemKey> partitionsOf(List<ItemKey> keys) {
            return keys.stream().map(ItemKey::partitionOnly).distinct().toList();
        }
    }

    public Invalidation {
        if (table.isEmpty()) {
            throw new IllegalArgumentException("table must not be empty");
        }
        Objects.requireNonNull(tableId, "tableId");
        if ((scope == Scope.TABLE) != (key == null)) {
            throw new IllegalArgumentException("an item's or a partition's invalidation names its key, a table's none");
        }
        indexes = List.copyOf(indexes);
        Objects.requireNonNull(source, "source");
        at = Instant.ofEpochMilli(at.toEpochMilli());
    }
}
