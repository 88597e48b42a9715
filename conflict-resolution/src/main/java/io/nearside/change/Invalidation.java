package io.nearside.change;

import io.nearside.item.ItemKey;
import io.nearside.version.Version;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * "Forget what you hold of this": what a writer tells the region's caches. Always safe: it can only cost a miss.
 *
 * @param scope one item, or all that is known of the table
 * @param table the table's name
 * @param tableId DynamoDB's TableId, empty if the writer did not know it
 * @param key the item's canonical key, null with {@link Scope#TABLE}
 * @param indexes what happened in the table's global indexes
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
        TABLE
    }

    /**
     * What happened to the item's partitions in one global index.
     *
     * @param index the index's name
     * @param partitions canonical partition keys, before and after the write
     * @param unknown whether the old or new image was not known: then any partition may be touched
     */
    public record IndexPartitions(String index, List<ItemKey> partitions, boolean unknown) {
        public IndexPartitions {
            Objects.requireNonNull(index, "index");
            partitions = List.copyOf(partitions);
        }
    }

    public Invalidation {
        if (table.isEmpty()) {
            throw new IllegalArgumentException("table must not be empty");
        }
        Objects.requireNonNull(tableId, "tableId");
        if ((scope == Scope.ITEM) != (key != null)) {
            throw new IllegalArgumentException("an item's invalidation names its key, a table's none");
        }
        indexes = List.copyOf(indexes);
        Objects.requireNonNull(source, "source");
        at = Instant.ofEpochMilli(at.toEpochMilli());
    }
}
