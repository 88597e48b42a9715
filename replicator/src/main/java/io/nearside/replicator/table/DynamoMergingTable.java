package io.nearside.replicator.table;

import io.nearside.conflict.AttributeVersions;
import io.nearside.item.AttributeValue;
import io.nearside.item.Bytes;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeySchema;
import io.nearside.version.Stamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * A table in DynamoDB of which the attributes are merged. The one version attribute holds {@link AttributeVersions}; each write says what must
 * be in it.
 */
final class DynamoMergingTable implements MergingTable {
    /** Expressions hold 4 KB and 300 operators; what touches more attributes is written whole. */
    private static final int MOST_IN_ONE_EXPRESSION = 100;

    private static final software.amazon.awssdk.services.dynamodb.model.AttributeValue BINARY =
            software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS("B");

    private final DynamoDbClient client;
    private final AppliedWrites applied;
    private final String name;
    private final KeySchema keySchema;
    private final String versionAttribute;
    private final ItemCalls calls;

    DynamoMergingTable(
            DynamoDbClient client, AppliedWrites applied, String name, KeySchema keySchema, String versionAttribute) {
        this.client = client;
        this.applied = applied;
        this.name = name;
        this.keySchema = keySchema;
        this.versionAttribute = versionAttribute;
        this.calls = new ItemCalls(client, name, keySchema, versionAttribute);
    }

    /** An expression as it grows, with the names and values that it uses. */
    private final class Words {
        private final Map<String, String> names = new HashMap<>();
        private final Map<String, software.amazon.awssdk.services.dynamodb.model.AttributeValue> values =
                new HashMap<>();

        String name(String attribute) {
            String word = "#n" + names.size();
            names.put(word, attribute);
            return word;
        }

        String value(software.amazon.awssdk.services.dynamodb.model.AttributeValue value) {
            String word = ":v" + values.size();
            values.put(word, value);
            return word;
        }

        /** That the item is there and marked as it was read. */
        String marked(StoredItem read) {
            String mark = name(versionAttribute);
            Bytes stored = read.stored();
            if (stored != null) {
                return mark + " = " + value(AttributeValues.toSdk(new AttributeValue.B(stored)));
            }
            return "attribute_exists(" + name(keySchema.partition().name()) + ") AND (attribute_not_exists(" + mark
                    + ") OR NOT attribute_type(" + mark + ", " + value(BINARY) + "))";
        }

        /** That an attribute is as it was read. */
        String unchanged(StoredItem read, String attribute) {
            AttributeValue value = read.item().get(attribute);
            return value == null
                    ? "attribute_not_exists(" + name(attribute) + ")"
                    : name(attribute) + " = " + value(AttributeValues.toSdk(value));
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public @Nullable StoredItem read(ItemKey key) {
        return calls.read(key);
    }

    @Override
    public boolean stamp(ItemKey key, StoredItem read, AttributeVersions fresh) {
        return update(client, key, read, Item.EMPTY, Set.of(), mark(fresh, Stamp.remembered(read.writeId())));
    }

    @Override
    public boolean update(ItemKey key, StoredItem read, Item set, Set<String> removed, AttributeVersions fresh) {
        if (set.attributes().size() + removed.size() > MOST_IN_ONE_EXPRESSION) {
            Map<String, AttributeValue> attributes = new HashMap<>(read.item().attributes());
            attributes.putAll(set.attributes());
            attributes.keySet().removeAll(removed);
            return replace(key, read, new Item(attributes), Set.of(), fresh);
        }
        return update(applied.client(), key, read, set, removed, mark(fresh, applied.newId()));
    }

    private boolean update(
            DynamoDbClient sender,
            ItemKey key,
            StoredItem read,
            Item set,
            Set<String> removed,
            software.amazon.awssdk.services.dynamodb.model.AttributeValue mark) {
        Words words = new Words();
        List<String> sets = new ArrayList<>();
        sets.add(words.name(versionAttribute) + " = " + words.value(mark));
        set.attributes()
                .forEach((attribute, value) ->
                        sets.add(words.name(attribute) + " = " + words.value(AttributeValues.toSdk(value))));
        List<String> removes = removed.stream().map(words::name).toList();
        String expression =
                "SET " + String.join(", ", sets) + (removes.isEmpty() ? "" : " REMOVE " + String.join(", ", removes));
        String condition = words.marked(read);
        return calls.holds(() -> sender.updateItem(request -> request.tableName(name)
                .key(calls.keyOf(key))
                .updateExpression(expression)
                .conditionExpression(condition)
                .expressionAttributeNames(words.names)
                .expressionAttributeValues(words.values)));
    }

    @Override
    public boolean replace(
            ItemKey key, @Nullable StoredItem read, Item image, Set<String> kept, AttributeVersions fresh) {
        Words words = new Words();
        List<String> conditions = new ArrayList<>();
        if (read == null) {
            conditions.add(
                    "attribute_not_exists(" + words.name(keySchema.partition().name()) + ")");
        } else {
            conditions.add(words.marked(read));
            kept.stream()
                    .limit(MOST_IN_ONE_EXPRESSION)
                    .forEach(attribute -> conditions.add(words.unchanged(read, attribute)));
        }
        var item = AttributeValues.toSdk(image);
        item.putAll(calls.keyOf(key));
        item.put(versionAttribute, mark(fresh, applied.newId()));
        return calls.holds(() -> applied.client()
                .putItem(request -> request.tableName(name)
                        .item(item)
                        .conditionExpression(String.join(" AND ", conditions))
                        .expressionAttributeNames(words.names)
                        .expressionAttributeValues(words.values.isEmpty() ? null : words.values)));
    }

    @Override
    public boolean delete(ItemKey key, StoredItem read) {
        Words words = new Words();
        String condition = words.marked(read);
        return calls.holds(() -> client.deleteItem(request -> request.tableName(name)
                .key(calls.keyOf(key))
                .conditionExpression(condition)
                .expressionAttributeNames(words.names)
                .expressionAttributeValues(words.values.isEmpty() ? null : words.values)));
    }

    private static software.amazon.awssdk.services.dynamodb.model.AttributeValue mark(
            AttributeVersions versions, long writeId) {
        return software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromB(
                SdkBytes.fromByteArrayUnsafe(versions.toBytes(writeId)));
    }
}
