package io.nearside.proxy;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a test's tear-down through the proxy leaves standing. */
class ReservedTablesIT {

    private static final String OWN = "nearside-tombstones";

    @Test
    void tearDown_thatDeletesAllTablesListed_leavesTheTombstones() {
        assertThat(tablesAfterTearDown("")).containsExactly(OWN);
    }

    @Test
    void tearDown_whereNothingIsReserved_takesTheTombstonesToo() {
        assertThat(tablesAfterTearDown("replication: {reserved-tables: []}")).isEmpty();
    }

    @Test
    void change_ofTheTombstones_isDenied_andReadingThemIsNot() {
        try (EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.start(1);
                DynamoDbClient straight = TestProxy.client(dynamoDb.endpoint(0));
                ProxyServer proxy = TestProxy.start(dynamoDb.endpoint(0), "");
                DynamoDbClient proxied = TestProxy.client(TestProxy.endpoint(proxy))) {
            create(straight, OWN);
            straight.putItem(put -> put.tableName(OWN).item(Map.of("pk", AttributeValue.fromS("a"))));

            assertDenied(() -> proxied.deleteTable(delete -> delete.tableName(OWN)));
            assertDenied(() ->
                    proxied.deleteItem(delete -> delete.tableName(OWN).key(Map.of("pk", AttributeValue.fromS("a")))));
            assertDenied(() -> proxied.executeStatement(
                    statement -> statement.statement("DELETE FROM \"" + OWN + "\" WHERE pk='a'")));

            assertThat(proxied.scan(scan -> scan.tableName(OWN)).items()).hasSize(1);
            assertThat(proxied.describeTable(describe -> describe.tableName(OWN))
                            .table()
                            .tableName())
                    .isEqualTo(OWN);
        }
    }

    private static void assertDenied(Runnable change) {
        assertThatThrownBy(change::run)
                .isInstanceOfSatisfying(
                        DynamoDbException.class,
                        denied ->
                                assertThat(denied.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException"));
    }

    private static List<String> tablesAfterTearDown(String configuration) {
        try (EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.start(1);
                DynamoDbClient straight = TestProxy.client(dynamoDb.endpoint(0));
                ProxyServer proxy = TestProxy.start(dynamoDb.endpoint(0), configuration);
                DynamoDbClient proxied = TestProxy.client(TestProxy.endpoint(proxy))) {
            List.of("carts", OWN, "orders").forEach(table -> create(straight, table));

            // A page of one table each: one of them is empty, with more behind it.
            proxied.listTablesPaginator(list -> list.limit(1))
                    .tableNames()
                    .forEach(table -> proxied.deleteTable(delete -> delete.tableName(table)));

            return straight.listTables().tableNames();
        }
    }

    private static void create(DynamoDbClient client, String table) {
        AttributeDefinition definition = AttributeDefinition.builder()
                .attributeName("pk")
                .attributeType(ScalarAttributeType.S)
                .build();
        KeySchemaElement key = KeySchemaElement.builder()
                .attributeName("pk")
                .keyType(KeyType.HASH)
                .build();
        client.createTable(create -> create.tableName(table)
                .attributeDefinitions(List.of(definition))
                .keySchema(List.of(key))
                .billingMode(BillingMode.PAY_PER_REQUEST));
    }
}
