package io.nearside.replicator;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
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

    @Test
    void tombstoneTable_deletedWhileRunning_isMadeAgainAndReplicationGoesOn() {
        String table = REGIONS.replicatedTable("without-tombstones");
        REGIONS.put(0, table, "a", "1");
        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.value(1, table, "a")).isEqualTo("1"));

        REGIONS.dynamoDb(0).deleteTable(request -> request.tableName(REGIONS.tombstoneTable()));
        REGIONS.delete(0, table, "a");
        REGIONS.put(0, table, "b", "2");

        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.item(1, table, "a")).isEmpty());
        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.value(1, table, "b")).isEqualTo("2"));
        assertThat(REGIONS.dynamoDb(0).listTables().tableNames()).contains(REGIONS.tombstoneTable());
        assertThat(REGIONS.metric(0, "nearside_replicator_tombstone_table_lost_total"))
                .isEqualTo(1);
        assertThat(REGIONS.get(0, "/health/ready").body()).contains("its tombstones are lost");
        // The other region lost nothing, and its counter is there for an alert to see the first event.
        assertThat(REGIONS.get(1, "/metrics").body()).contains("nearside_replicator_tombstone_table_lost_total 0");
    }

    @Test
    void table_deletedAndMadeAgain_isHeldInEveryRegionUntilSomebodySaysWhoseContentStands() {
        String table = REGIONS.replicatedTable("held");
        REGIONS.put(0, table, "old", "1");
        awaitValue(REGIONS, 1, table, "old", "1");

        REGIONS.dynamoDb(0).deleteTable(request -> request.tableName(table));
        REGIONS.createTable(0, "held");
        REGIONS.put(0, table, "new", "2");
        awaitHeld(0, table);
        assertThat(REGIONS.value(1, table, "new")).isNull();

        accept(0, table, 0);
        awaitHeld(1, table);
        accept(1, table, 0);

        awaitValue(REGIONS, 1, table, "new", "2");
        assertThat(REGIONS.item(1, table, "old")).isEmpty();
        REGIONS.awaitReady();
        REGIONS.put(1, table, "later", "3");
        awaitValue(REGIONS, 0, table, "later", "3");
        REGIONS.awaitEqual(table);
    }

    @Test
    void table_deletedAndMadeAgainByMistake_isFilledFromAnotherRegion() {
        String table = REGIONS.replicatedTable("mistaken");
        REGIONS.put(0, table, "a", "1");
        awaitValue(REGIONS, 1, table, "a", "1");

        REGIONS.dynamoDb(0).deleteTable(request -> request.tableName(table));
        REGIONS.createTable(0, "mistaken");
        REGIONS.put(0, table, "stray", "2");
        awaitHeld(0, table);
        accept(0, table, 1);

        awaitValue(REGIONS, 0, table, "a", "1");
        assertThat(REGIONS.item(0, table, "stray")).isEmpty();
        assertThat(REGIONS.item(1, table, "stray")).isEmpty();
        REGIONS.awaitReady();
        REGIONS.put(0, table, "b", "3");
        awaitValue(REGIONS, 1, table, "b", "3");
        REGIONS.awaitEqual(table);
    }

    @Test
    void table_deletedAndMadeAgain_whereDeletionsAreFollowed_isTheNewOneEverywhere() {
        try (TwoRegions regions = TwoRegions.followingDeletions().start()) {
            String table = regions.replicatedTable("followed");
            for (int round = 0; round < 3; round++) {
                regions.put(round % 2, table, "of-" + round, "1");
                awaitValue(regions, 1 - round % 2, table, "of-" + round, "1");

                regions.dynamoDb(round % 2).deleteTable(request -> request.tableName(table));
                regions.createTable(round % 2, "followed");
                regions.put(round % 2, table, "after-" + round, "2");

                int other = 1 - round % 2;
                int gone = round;
                awaitValue(regions, other, table, "after-" + round, "2");
                assertThat(regions.item(other, table, "of-" + gone)).isEmpty();
                regions.awaitEqual(table);
            }
            assertThat(regions.get(0, "/metrics").body())
                    .doesNotContainPattern("nearside_replicator_stream_gaps_total\\{[^}]*" + table + "[^}]*} [1-9]");

            regions.dynamoDb(0).deleteTable(request -> request.tableName(table));
            await().atMost(TwoRegions.SOON)
                    .until(() -> !regions.dynamoDb(1).listTables().tableNames().contains(table));
        }
    }

    @Test
    void tables_madeAndDeletedAtOnce_whereDeletionsAreFollowed_areGoneEverywhereAndStayGone() {
        try (TwoRegions regions = TwoRegions.followingDeletions().start()) {
            for (int i = 0; i < 12; i++) {
                String table = regions.createTable(i % 2, "quick-" + i);
                regions.put(i % 2, table, "a", "1");
                if (i % 3 == 0) {
                    int other = 1 - i % 2;
                    await().atMost(TwoRegions.SOON)
                            .until(() -> regions.dynamoDb(other)
                                    .listTables()
                                    .tableNames()
                                    .contains(table));
                }
                regions.dynamoDb(i % 2).deleteTable(request -> request.tableName(table));
            }
            for (int marker = 0; marker < 2; marker++) {
                awaitNoneQuick(regions);
                // What a deletion or a creation still under way would bring back is there before a table made later.
                String later = regions.replicatedTable("later-" + marker);
                regions.put(1, later, "a", "1");
                awaitValue(regions, 0, later, "a", "1");
            }
            awaitNoneQuick(regions);
        }
    }

    private static void awaitNoneQuick(TwoRegions regions) {
        for (int region = 0; region < 2; region++) {
            DynamoDbClient dynamoDb = regions.dynamoDb(region);
            String mine = regions.tablePrefix() + "quick-";
            await().atMost(TwoRegions.SOON)
                    .untilAsserted(() ->
                            assertThat(dynamoDb.listTables().tableNames()).noneMatch(table -> table.startsWith(mine)));
        }
    }

    private static void awaitHeld(int region, String table) {
        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.get(region, "/health/ready"))
                        .satisfies(ready -> assertThat(ready.statusCode()).isEqualTo(503))
                        .satisfies(ready ->
                                assertThat(ready.body()).contains("nearside replication accept --table " + table)));
    }

    private static void accept(int region, String table, int truth) {
        String path = "/api/tables/accept?table=" + table + "&truth=" + REGIONS.name(truth);
        assertThat(REGIONS.post(region, path).statusCode()).isEqualTo(200);
    }

    private static void awaitValue(TwoRegions regions, int region, String table, String id, String value) {
        await().atMost(TwoRegions.SOON)
                .ignoreExceptions()
                .untilAsserted(
                        () -> assertThat(regions.value(region, table, id)).isEqualTo(value));
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
