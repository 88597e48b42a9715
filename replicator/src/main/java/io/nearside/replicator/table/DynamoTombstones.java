package io.nearside.replicator.table;

import io.nearside.item.ItemKey;
import io.nearside.version.Version;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * Tombstones in one small DynamoDB table per region.
 *
 * <p>Partition key {@code k}: SHA-256 of the table's name, a zero byte and the canonical item key, so that one table serves every
 * schema and no key grows past DynamoDB's limit; {@code v}: the version; {@code e}: when DynamoDB may drop it, epoch seconds. A
 * tombstone that has expired but is still there counts.
 */
public final class DynamoTombstones implements Tombstones {

    static final String KEY = "k";
    static final String VERSION = "v";
    static final String EXPIRES = "e";

    private static final Map<String, String> NAMES = Map.of("#v", VERSION);
    private static final Map<String, String> WRITE_NAMES = Map.of("#v", VERSION, "#e", EXPIRES);

    private final DynamoDbClient client;
    private final String tombstoneTable;
    private final Duration ttl;
    private final InstantSource wall;

    /**
     * @param client shared, not closed here
     * @param ttl how long a tombstone outlives its writing; the caller has checked it against the retention of the feeds
     */
    public DynamoTombstones(DynamoDbClient client, String tombstoneTable, Duration ttl, InstantSource wall) {
        this.client = client;
        this.tombstoneTable = tombstoneTable;
        this.ttl = ttl;
        this.wall = wall;
    }

    @Override
    public @Nullable Version read(String table, ItemKey key) {
        var answer = step(() -> client.getItem(request -> request.tableName(tombstoneTable)
                .key(Map.of(KEY, hash(table, key)))
                .projectionExpression("#v")
                .expressionAttributeNames(NAMES)
                .consistentRead(true)));
        return answer.hasItem() ? AttributeValues.version(answer.item().get(VERSION)) : null;
    }

    @Override
    public boolean replace(String table, ItemKey key, @Nullable Version expected, Version fresh) {
        return expected == null
                ? write(table, key, fresh, "attribute_not_exists(#v)", null)
                : write(table, key, fresh, "#v = :e", expected);
    }

    @Override
    public boolean raise(String table, ItemKey key, Version version) {
        return write(table, key, version, "attribute_not_exists(#v) OR #v < :v", null);
    }

    private boolean write(String table, ItemKey key, Version fresh, String condition, @Nullable Version expected) {
        Map<String, AttributeValue> values = new HashMap<>();
        values.put(":v", AttributeValues.toSdk(fresh));
        values.put(
                ":x",
                AttributeValue.fromN(String.valueOf(wall.instant().plus(ttl).getEpochSecond())));
        if (expected != null) {
            values.put(":e", AttributeValues.toSdk(expected));
        }
        try {
            step(() -> client.updateItem(request -> request.tableName(tombstoneTable)
                    .key(Map.of(KEY, hash(table, key)))
                    .updateExpression("SET #v = :v, #e = :x")
                    .conditionExpression(condition)
                    .expressionAttributeNames(WRITE_NAMES)
                    .expressionAttributeValues(values)));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    private <T> T step(Supplier<T> step) {
        return StoreErrors.typed("tombstone table " + tombstoneTable, step);
    }

    private static AttributeValue hash(String table, ItemKey key) {
        MessageDigest digest = sha256();
        digest.update(table.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(key.toBytes());
        return AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(digest.digest()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
