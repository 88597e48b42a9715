package io.nearside.replicator.table;

import io.nearside.item.KeySchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What replication needs to know of one active table of the region.
 *
 * @param name the table's name
 * @param id DynamoDB's TableId, different after the table was deleted and created again; empty where the endpoint has none
 * @param keySchema the primary key
 * @param indexes the secondary indexes, in the order of their names
 * @param streamArn the stream with old and new images; null while there is none
 */
public record TableInfo(
        String name,
        String id,
        KeySchema keySchema,
        List<IndexSchema> indexes,
        @Nullable String streamArn) {

    public TableInfo {
        indexes = List.copyOf(indexes);
    }
}
