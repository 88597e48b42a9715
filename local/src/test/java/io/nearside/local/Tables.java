package io.nearside.local;

import io.nearside.version.Stamp;
import io.nearside.version.Version;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

import static org.awaitility.Awaitility.await;

/** Tables of tests: one string key {@code id}, a name of their own. */
final class Tables {
    /** How long a table that was created in one region may take to be there and replicated in the other. */
    static final Duration CREATED_EVERYWHERE = Duration.ofSeconds(60);

    private Tables() {}

    static String freshName() {
        return "t-" + UUID.randomUUID().toString().substring(0, 8);
    }

    static CreateTableRequest definition(String table) {
        return CreateTableRequest.builder()
                .tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName("id")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .keySchema(KeySchemaElement.builder()
                        .attributeName("id")
                        .keyType(KeyType.HASH)
                        .build())
                .build();
    }

    /** Creates a table here; returns when it exists there too. */
    static String create(DynamoDbClient here, DynamoDbClient there) {
        String table = freshName();
        here.createTable(definition(table));
        awaitExistence(there, table);
        return table;
    }

    /** Deletes a table everywhere: one that is there is read many times a second, which the tests after it would feel. */
    static void delete(String table, DynamoDbClient... regions) {
        for (DynamoDbClient region : regions) {
            region.deleteTable(request -> request.tableName(table));
        }
    }

    static void awaitExistence(DynamoDbClient there, String table) {
        awaitExistence(there, table, CREATED_EVERYWHERE);
    }

    static void awaitExistence(DynamoDbClient there, String table, Duration atMost) {
        await().atMost(atMost)
                .ignoreException(ResourceNotFoundException.class)
                .until(() -> there.describeTable(request -> request.tableName(table))
                        .table()
                        .tableStatusAsString()
                        .equals("ACTIVE"));
    }

    static Map<String, AttributeValue> key(String id) {
        return Map.of("id", AttributeValue.fromS(id));
    }

    static Map<String, AttributeValue> item(String id, String value) {
        return Map.of("id", AttributeValue.fromS(id), "value", AttributeValue.fromS(value));
    }

    static GetItemResponse get(DynamoDbClient client, String table, String id) {
        return client.getItem(request -> request.tableName(table).key(key(id)));
    }

    /** The attribute {@code value} of an item; empty if there is no such item. */
    static String value(DynamoDbClient client, String table, String id) {
        GetItemResponse response = get(client, table, id);
        return text(response.item(), "value");
    }

    /** Every item of a table by its key, version attribute included when asked of DynamoDB itself. */
    static Map<String, Map<String, AttributeValue>> scan(DynamoDbClient client, String table) {
        Map<String, Map<String, AttributeValue>> items = new TreeMap<>();
        client.scanPaginator(request -> request.tableName(table).consistentRead(true))
                .items()
                .forEach(item -> items.put(text(item, "id"), item));
        return items;
    }

    /** The items with their versions, without what tells single writes of appliers apart: the last eight bytes of a stamp. */
    static Map<String, Map<String, AttributeValue>> unmarked(Map<String, Map<String, AttributeValue>> items) {
        Map<String, Map<String, AttributeValue>> unmarked = new TreeMap<>();
        items.forEach((id, item) -> {
            Map<String, AttributeValue> plain = new TreeMap<>(item);
            plain.computeIfPresent(Version.ATTRIBUTE, (name, value) -> withoutWriteId(value));
            unmarked.put(id, plain);
        });
        return unmarked;
    }

    private static AttributeValue withoutWriteId(AttributeValue value) {
        Stamp stamp = Stamp.ofBytes(value.b().asByteArray());
        return stamp == null ? value : AttributeValue.fromB(SdkBytes.fromByteArray(Stamp.prefix(stamp.version())));
    }

    /** A string attribute; empty if there is none. */
    static String text(Map<String, AttributeValue> item, String attribute) {
        AttributeValue value = item.get(attribute);
        return value == null ? "" : value.s();
    }
}
