package io.nearside.replicator.table;

import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeySchema;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * A table in DynamoDB, or in anything that speaks its API.
 *
 * <p>The version is one Binary attribute, a {@link Stamp}, and DynamoDB orders binaries as unsigned bytes, so one condition compares two
 * versions atomically with the write. An attribute of that name that is anything else counts as no version, in the
 * conditions exactly as in {@link AttributeValues#stamp}: an application that scribbles on it makes an unstamped item, not one
 * that nobody can write.
 */
public final class DynamoVersionedTable implements VersionedTable {

    private static final String UNSTAMPED = "attribute_exists(#k) AND"
            + " (attribute_not_exists(#v) OR NOT attribute_type(#v, :binary) OR size(#v) <> :length"
            + " OR NOT begins_with(#v, :type))";
    private static final String OLDER = "(size(#v) = :length AND #v >= :type AND #v < :v)";
    private static final AttributeValue BINARY = AttributeValue.fromS("B");
    private static final AttributeValue LENGTH = AttributeValue.fromN(String.valueOf(Stamp.LENGTH));
    private static final AttributeValue TYPE = AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {Stamp.TYPE}));

    private final DynamoDbClient client;
    private final AppliedWrites applied;
    private final String name;
    private final KeySchema keySchema;
    private final String versionAttribute;
    private final ItemCalls calls;
    private final @Nullable MergingTable merging;

    /**
     * A table where the last writer of an item wins.
     *
     * @param client shared, not closed here; may repeat its requests: those steps are conditional and bear no write id
     */
    public DynamoVersionedTable(
            DynamoDbClient client, AppliedWrites applied, String name, KeySchema keySchema, String versionAttribute) {
        this(client, applied, name, keySchema, versionAttribute, false);
    }

    /** @param merges whether its attributes are merged */
    public DynamoVersionedTable(
            DynamoDbClient client,
            AppliedWrites applied,
            String name,
            KeySchema keySchema,
            String versionAttribute,
            boolean merges) {
        this.client = client;
        this.applied = applied;
        this.name = name;
        this.keySchema = keySchema;
        this.versionAttribute = versionAttribute;
        this.calls = new ItemCalls(client, name, keySchema, versionAttribute);
        this.merging = merges ? new DynamoMergingTable(client, applied, name, keySchema, versionAttribute) : null;
    }

    @Override
    public @Nullable MergingTable merging() {
        return merging;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public KeySchema keySchema() {
        return keySchema;
    }

    @Override
    public @Nullable StoredItem read(ItemKey key) {
        return calls.read(key);
    }

    @Override
    public StampOutcome stampOrSee(ItemKey key, @Nullable Stamp expected, Version fresh) {
        Map<String, String> names = new HashMap<>(Map.of("#v", versionAttribute));
        Map<String, AttributeValue> values =
                new HashMap<>(Map.of(":f", AttributeValues.toSdk(remembering(expected, fresh))));
        if (expected == null) {
            names.put("#k", keySchema.partition().name());
            values.put(":binary", BINARY);
            values.put(":length", LENGTH);
            values.put(":type", TYPE);
        } else {
            values.put(":e", AttributeValues.toSdk(expected));
        }
        try {
            calls.step(() -> client.updateItem(request -> request.tableName(name)
                    .key(calls.keyOf(key))
                    .updateExpression("SET #v = :f")
                    .conditionExpression(expected == null ? UNSTAMPED : "#v = :e")
                    .expressionAttributeNames(names)
                    .expressionAttributeValues(values)
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)));
            return new StampOutcome.Stamped();
        } catch (ConditionalCheckFailedException e) {
            return new StampOutcome.Refused(e.hasItem() ? AttributeValues.fromSdk(e.item(), versionAttribute) : null);
        }
    }

    private static Stamp remembering(@Nullable Stamp before, Version fresh) {
        return new Stamp(fresh, before == null ? 0 : Stamp.remembered(before.writeId()));
    }

    @Override
    public PutOutcome putIfNewer(ItemKey key, Item image, Version version) {
        Map<String, AttributeValue> item = AttributeValues.toSdk(image);
        item.putAll(calls.keyOf(key));
        item.put(versionAttribute, AttributeValues.toSdk(new Stamp(version, applied.newId())));
        try {
            var answer = calls.step(() -> applied.client()
                    .putItem(request -> request.tableName(name)
                            .item(item)
                            .conditionExpression("attribute_not_exists(#k) OR " + OLDER)
                            .expressionAttributeNames(Map.of(
                                    "#v",
                                    versionAttribute,
                                    "#k",
                                    keySchema.partition().name()))
                            .expressionAttributeValues(
                                    Map.of(":v", AttributeValues.prefix(version), ":length", LENGTH, ":type", TYPE))
                            .returnValues(ReturnValue.ALL_OLD)
                            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)));
            return answer.hasAttributes() ? replaced(answer.attributes()) : new PutOutcome.Inserted();
        } catch (ConditionalCheckFailedException e) {
            StoredItem existing = existing(key, e);
            return new PutOutcome.Refused(existing.version(), existing.item());
        }
    }

    private PutOutcome replaced(Map<String, AttributeValue> attributes) {
        StoredItem old = AttributeValues.fromSdk(attributes, versionAttribute);
        if (old.stamp() == null) {
            throw new IllegalStateException("table " + name + ": the condition let an unstamped item be replaced");
        }
        return new PutOutcome.Replaced(old.stamp().version(), old.item());
    }

    @Override
    public DeleteOutcome deleteIfOlder(ItemKey key, Version version) {
        try {
            var answer = calls.step(() -> client.deleteItem(request -> request.tableName(name)
                    .key(calls.keyOf(key))
                    .conditionExpression("attribute_not_exists(#k) OR " + OLDER)
                    .expressionAttributeNames(Map.of(
                            "#v", versionAttribute, "#k", keySchema.partition().name()))
                    .expressionAttributeValues(
                            Map.of(":v", AttributeValues.prefix(version), ":length", LENGTH, ":type", TYPE))
                    .returnValues(ReturnValue.ALL_OLD)
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)));
            return answer.hasAttributes() ? deleted(answer.attributes()) : new DeleteOutcome.Absent();
        } catch (ConditionalCheckFailedException e) {
            return new DeleteOutcome.Refused(existing(key, e).version());
        }
    }

    private DeleteOutcome deleted(Map<String, AttributeValue> attributes) {
        StoredItem old = AttributeValues.fromSdk(attributes, versionAttribute);
        if (old.stamp() == null) {
            throw new IllegalStateException("table " + name + ": the condition let an unstamped item be deleted");
        }
        return new DeleteOutcome.Deleted(old.stamp().version(), old.item());
    }

    @Override
    public boolean deleteExactly(ItemKey key, Stamp stamp) {
        return calls.holds(() -> client.deleteItem(request -> request.tableName(name)
                .key(calls.keyOf(key))
                .conditionExpression("#v = :v")
                .expressionAttributeNames(Map.of("#v", versionAttribute))
                .expressionAttributeValues(Map.of(":v", AttributeValues.toSdk(stamp)))));
    }

    /** What made a condition fail; read again where the endpoint does not return it. */
    private StoredItem existing(ItemKey key, ConditionalCheckFailedException e) {
        StoredItem existing = e.hasItem() ? AttributeValues.fromSdk(e.item(), versionAttribute) : read(key);
        if (existing == null) {
            throw new RetriableStoreException(
                    RetriableStoreException.Reason.UNAVAILABLE,
                    "table " + name + ": the item that refused a write is gone again",
                    e);
        }
        return existing;
    }
}
