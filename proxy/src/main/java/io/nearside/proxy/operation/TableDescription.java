package io.nearside.proxy.operation;

import io.nearside.item.KeySchema;
import io.nearside.proxy.cache.CachedTable;
import java.util.List;
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
     */
    record Index(String name, @Nullable KeySchema key, boolean global) {}

    TableDescription {
        indexes = List.copyOf(indexes);
    }
}
