package io.nearside.replicator;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What becomes of replication when tables are made, changed and deleted while it runs. */
final class TableLifecycleIT {

    private static final TwoRegions REGIONS = new TwoRegions().start();

    @AfterAll
    static void stop() {
        REGIONS.close();
    }

    @Test
    void table_withSeveralAttributesInAnIndexKey_isMadeAlikeAndReplicated() {
        List<KeySchemaElement> indexKey = List.of(
                element("country", "HASH"), element("city", "HASH"), element("year", "RANGE"), element("day", "RANGE"));
        String table = REGIONS.createTable(
                0,
                "places",
                request -> request.attributeDefinitions(
                                string("id"), string("country"), string("city"), string("year"), string("day"))
                        .globalSecondaryIndexes(GlobalSecondaryIndex.builder()
                                .indexName("by-place")
                                .keySchema(indexKey)
                                .projection(projection -> projection.projectionType("ALL"))
                                .build()));
        REGIONS.put(0, table, "a", "1");

        await().atMost(TwoRegions.SOON)
                .until(() -> REGIONS.dynamoDb(1).listTables().tableNames().contains(table));
        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.value(1, table, "a")).isEqualTo("1"));
        assertThat(REGIONS.dynamoDb(1)
                        .describeTable(request -> request.tableName(table))
                        .table()
                        .globalSecondaryIndexes()
                        .get(0)
                        .keySchema())
                .isEqualTo(indexKey);
        REGIONS.dynamoDb(1)
                .putItem(request -> request.tableName(table)
                        .item(Map.of(
                                "id", AttributeValue.fromS("b"),
                                "country", AttributeValue.fromS("ch"),
                                "city", AttributeValue.fromS("basel"),
                                "year", AttributeValue.fromS("2026"),
                                "day", AttributeValue.fromS("1"))));
        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.item(0, table, "b")).containsKey("city"));
    }

    private static AttributeDefinition string(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType("S")
                .build();
    }

    private static KeySchemaElement element(String name, String role) {
        return KeySchemaElement.builder().attributeName(name).keyType(role).build();
    }
}
