package io.nearside.replicator.table;

import io.nearside.item.KeySchema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * What replication needs to know of one active table of the region.
 *
 * @param name the table's name
 * @param id DynamoDB's TableId, different after the table was deleted and created again; empty where the endpoint has none
 * @param created when the table was created; where there is no id this is all that tells it from a former one of its name
 * @param keySchema the primary key
 * @param indexes the secondary indexes, in the order of their names
 * @param streamArn the stream with old and new images; null while there is none
 */
public record TableInfo(
        String name,
        String id,
        Instant created,
        KeySchema keySchema,
        List<IndexSchema> indexes,
        @Nullable String streamArn) {

    private static final String CREATED = "created ";

    public TableInfo {
        indexes = List.copyOf(indexes);
    }

    /** A table that its id tells from others. */
    public TableInfo(
            String name, String id, KeySchema keySchema, List<IndexSchema> indexes, @Nullable String streamArn) {
        this(name, id, Instant.EPOCH, keySchema, indexes, streamArn);
    }

    /** What tells this table from any other that had or will have its name. Never empty. */
    public String identity() {
        return id.isEmpty() ? CREATED + created.toEpochMilli() : id;
    }

    /**
     * Whether two identities are one table's. A table that is created again is created later; DynamoDB Local, which gives no ids, can be told to
     * make its tables older.
     *
     * @param former noted before
     * @param now of the table that is there
     */
    public static boolean isSame(String former, String now) {
        if (former.equals(now)) {
            return true;
        }
        boolean byTime = former.startsWith(CREATED) && now.startsWith(CREATED);
        return byTime
                && Long.parseLong(now.substring(CREATED.length()))
                        <= Long.parseLong(former.substring(CREATED.length()));
    }

    static String identity(TableDescription description) {
        return description.tableId() == null || description.tableId().isEmpty()
                ? CREATED + createdIn(description).toEpochMilli()
                : description.tableId();
    }

    static Instant createdIn(TableDescription description) {
        return description.creationDateTime() == null ? Instant.EPOCH : description.creationDateTime();
    }
}
