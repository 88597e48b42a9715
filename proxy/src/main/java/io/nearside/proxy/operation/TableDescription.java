package io.nearside.proxy.operation;

import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.proxy.cache.CachedTable;
import io.nearside.proxy.expression.Projection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the proxy knows of a table.
 *
 * @param table the incarnation that entries belong to
 * @param key the table's primary key
 * @param indexes its local and global secondary indexes
 */
record TableDescription(CachedTable table, KeySchema key, List<Index> indexes) {

    /**
     * A secondary index.
     *
     * @param key its key; null when it has a shape that is not understood here
     * @param global whether it has a partition key of its own
     * @param projection what of an item it shows, as DynamoDB describes it; for comparing only
     */
    record Index(String name, @Nullable KeySchema key, boolean global, String projection) {}

    TableDescription {
        indexes = List.copyOf(indexes);
    }

    /**
     * Whether keys, indexes and what these show are the same there, in whatever order. Where they are not, what is cached of the
     * table may have been read by another key than its requests have now.
     */
    boolean hasShape(KeySchema otherKey, List<Index> otherIndexes) {
        return key.equals(otherKey) && Set.copyOf(indexes).equals(Set.copyOf(otherIndexes));
    }

    /** The attributes that the keys of the indexes are made of; without indexes none. */
    Set<String> indexAttributes() {
        Set<String> names = new HashSet<>();
        for (Index index : indexes) {
            KeySchema schema = index.key();
            if (schema != null) {
                KeyAttribute sort = schema.sort();
                names.add(schema.partition().name());
                names.addAll(sort == null ? Set.of() : Set.of(sort.name()));
            }
        }
        return names;
    }

    /**
     * Whether DynamoDB may refuse the projection for what it knows of the table: no path may lead into a key attribute, be it of the
     * table or of any index, since those are scalars. Keys of indexes that are not understood may be any attributes.
     */
    boolean mayRefuse(@Nullable Projection projection) {
        if (projection == null || projection.entered().isEmpty()) {
            return false;
        }
        Set<String> scalars = indexAttributes();
        KeyAttribute sort = key.sort();
        scalars.add(key.partition().name());
        if (sort != null) {
            scalars.add(sort.name());
        }
        return indexes.stream().anyMatch(index -> index.key() == null)
                || projection.entered().stream().anyMatch(scalars::contains);
    }

    /** Whether pages of any index may be cached. */
    boolean hasPagedIndexes() {
        return indexes.stream().anyMatch(index -> table.isPaged(index.name(), index.global()));
    }
}
