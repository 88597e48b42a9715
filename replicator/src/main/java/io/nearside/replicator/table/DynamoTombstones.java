package io.nearside.replicator.table;

import io.nearside.item.Bytes;
import io.nearside.item.ItemKey;
import io.nearside.replicator.table.SharedReads.Reply;
import io.nearside.version.Version;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * Tombstones in one small DynamoDB table per region.
 *
 * <p>Partition key {@code k}: SHA-256 of the table's name, a zero byte and the canonical item key, so that one table serves every
 * schema and no key grows past DynamoDB's limit; {@code v}: the version; {@code e}: when DynamoDB may drop it, epoch seconds;
 * {@code r}: the version attribute of the item that an application removed last, if it had one. A
 * tombstone that has expired but is still there counts.
 *
 * <p>Reads of several threads at a time are sent together ({@link SharedReads}): every change needs one, and most find nothing.
 */
public final class DynamoTombstones implements Tombstones {

    static final String KEY = "k";
    static final String VERSION = "v";
    static final String EXPIRES = "e";
    static final String REMOVED = "r";

    private static final Map<String, String> NAMES = Map.of("#v", VERSION);
    private static final Map<String, String> READ_NAMES = Map.of("#k", KEY, "#v", VERSION);
    private static final Map<String, String> WRITE_NAMES = Map.of("#v", VERSION, "#e", EXPIRES);

    /** So many reads are sent one by one; those that come meanwhile go together. */
    private static final int REQUESTS = 2;

    /** The most that BatchGetItem takes. */
    private static final int KEYS_IN_A_REQUEST = 100;

    private final DynamoDbClient client;
    private final String tombstoneTable;
    private final Duration ttl;
    private final InstantSource wall;
    private final Runnable onMissing;
    private final SharedReads<AttributeValue, Version> reads;

    /**
     * @param client shared, not closed here
     * @param ttl how long a tombstone outlives its writing; the caller has checked it against the retention of the feeds
     * @param onMissing told, any number of times, that the table is not there; returns at once
     */
    public DynamoTombstones(
            DynamoDbClient client, String tombstoneTable, Duration ttl, InstantSource wall, Runnable onMissing) {
        this.client = client;
        this.tombstoneTable = tombstoneTable;
        this.ttl = ttl;
        this.wall = wall;
        this.onMissing = onMissing;
        this.reads = new SharedReads<>(REQUESTS, KEYS_IN_A_REQUEST, this::read);
    }

    @Override
    public @Nullable Version read(String table, ItemKey key) {
        return reads.read(hash(table, key));
    }

    private Map<AttributeValue, Reply<Version>> read(List<AttributeValue> hashes) {
        return hashes.size() == 1 ? readOne(hashes.get(0)) : readMany(hashes);
    }

    private Map<AttributeValue, Reply<Version>> readOne(AttributeValue hash) {
        var answer = step(() -> client.getItem(request -> request.tableName(tombstoneTable)
                .key(Map.of(KEY, hash))
                .projectionExpression("#v")
                .expressionAttributeNames(NAMES)
                .consistentRead(true)));
        return answer.hasItem() ? Map.of(hash, found(answer.item())) : Map.of();
    }

    private Map<AttributeValue, Reply<Version>> readMany(List<AttributeValue> hashes) {
        var wanted = KeysAndAttributes.builder()
                .keys(hashes.stream().map(hash -> Map.of(KEY, hash)).toList())
                .projectionExpression("#k, #v")
                .expressionAttributeNames(READ_NAMES)
                .consistentRead(true)
                .build();
        var answer = step(() -> client.batchGetItem(request -> request.requestItems(Map.of(tombstoneTable, wanted))));
        Map<AttributeValue, Reply<Version>> replies = new HashMap<>();
        answer.responses()
                .getOrDefault(tombstoneTable, List.of())
                .forEach(item -> replies.put(Objects.requireNonNull(item.get(KEY)), found(item)));
        if (answer.hasUnprocessedKeys() && answer.unprocessedKeys().containsKey(tombstoneTable)) {
            var left = new Reply<Version>(
                    null,
                    new RetriableStoreException(
                            RetriableStoreException.Reason.THROTTLED,
                            "tombstone table " + tombstoneTable + " left some of the keys of a read out",
                            null));
            answer.unprocessedKeys()
                    .get(tombstoneTable)
                    .keys()
                    .forEach(key -> replies.put(Objects.requireNonNull(key.get(KEY)), left));
        }
        return replies;
    }

    private static Reply<Version> found(Map<String, AttributeValue> item) {
        return new Reply<>(AttributeValues.version(item.get(VERSION)), null);
    }

    @Override
    public boolean replace(
            String table, ItemKey key, @Nullable Version expected, Version fresh, @Nullable Bytes removed) {
        return expected == null
                ? write(table, key, fresh, "attribute_not_exists(#v)", null, removed)
                : write(table, key, fresh, "#v = :e", expected, removed);
    }

    @Override
    public @Nullable Bytes removed(String table, ItemKey key) {
        var answer = step(() -> client.getItem(request -> request.tableName(tombstoneTable)
                .key(Map.of(KEY, hash(table, key)))
                .projectionExpression("#r")
                .expressionAttributeNames(Map.of("#r", REMOVED))
                .consistentRead(true)));
        AttributeValue removed = answer.hasItem() ? answer.item().get(REMOVED) : null;
        return removed == null || removed.b() == null ? null : AttributeValues.fromSdk(removed.b());
    }

    @Override
    public boolean raise(String table, ItemKey key, Version version) {
        return write(table, key, version, "attribute_not_exists(#v) OR #v < :v", null, null);
    }

    private boolean write(
            String table,
            ItemKey key,
            Version fresh,
            String condition,
            @Nullable Version expected,
            @Nullable Bytes removed) {
        Map<String, AttributeValue> values = new HashMap<>();
        Map<String, String> names = new HashMap<>(WRITE_NAMES);
        values.put(":v", AttributeValues.toSdk(fresh));
        values.put(
                ":x",
                AttributeValue.fromN(String.valueOf(wall.instant().plus(ttl).getEpochSecond())));
        if (expected != null) {
            values.put(":e", AttributeValues.toSdk(expected));
        }
        if (removed != null) {
            names.put("#r", REMOVED);
            values.put(":r", AttributeValue.fromB(AttributeValues.toSdk(removed)));
        }
        try {
            step(() -> client.updateItem(request -> request.tableName(tombstoneTable)
                    .key(Map.of(KEY, hash(table, key)))
                    .updateExpression(removed == null ? "SET #v = :v, #e = :x" : "SET #v = :v, #e = :x, #r = :r")
                    .conditionExpression(condition)
                    .expressionAttributeNames(names)
                    .expressionAttributeValues(values)));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    private <T> T step(Supplier<T> step) {
        try {
            return StoreErrors.typed("tombstone table " + tombstoneTable, step);
        } catch (RetriableStoreException e) {
            if (e.reason() == RetriableStoreException.Reason.TABLE_MISSING) {
                onMissing.run();
            }
            throw e;
        }
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
