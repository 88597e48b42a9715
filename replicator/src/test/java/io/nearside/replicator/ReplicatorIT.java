package io.nearside.replicator;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Two whole replicators over two regions: what an application that writes directly sees. */
final class ReplicatorIT {

    private static final TwoRegions REGIONS = new TwoRegions().start();

    @AfterAll
    static void stop() {
        REGIONS.close();
    }

    private static void awaitValue(int region, String table, String id, String value) {
        await().atMost(TwoRegions.SOON)
                .untilAsserted(
                        () -> assertThat(REGIONS.value(region, table, id)).isEqualTo(value));
    }

    private static void awaitGone(int region, String table, String id) {
        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.item(region, table, id)).isEmpty());
    }

    @Test
    void writes_eitherRegion_arriveInTheOther() {
        String table = REGIONS.replicatedTable("both-ways");
        REGIONS.put(0, table, "a", "1");
        REGIONS.put(1, table, "b", "2");
        awaitValue(1, table, "a", "1");
        awaitValue(0, table, "b", "2");
        REGIONS.put(1, table, "a", "3");
        awaitValue(0, table, "a", "3");
        REGIONS.delete(0, table, "b");
        awaitGone(1, table, "b");
        REGIONS.awaitEqual(table);
    }

    @Test
    void table_createdWithItemsWhileEverythingRuns_isReplicatedWithThem() {
        String table = REGIONS.createTable(0, "created-late");
        for (int i = 0; i < 20; i++) {
            REGIONS.put(0, table, "early-" + i, "v");
        }
        await().atMost(TwoRegions.SOON)
                .until(() -> REGIONS.dynamoDb(1).listTables().tableNames().contains(table));
        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.items(1, table)).hasSize(20));
        REGIONS.awaitEqual(table);
    }

    @Test
    void writes_sameKeyInBothRegionsAtOnce_endEqual() {
        String table = REGIONS.replicatedTable("conflicts");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            int region = random.nextInt(2);
            String id = "k" + random.nextInt(5);
            if (random.nextInt(4) == 0) {
                REGIONS.delete(region, table, id);
            } else {
                REGIONS.put(region, table, id, region + "-" + i);
            }
        }
        REGIONS.awaitEqual(table);
    }

    @Test
    void write_afterHavingSeenTheOther_wins() {
        String table = REGIONS.replicatedTable("last-writer");
        for (int i = 0; i < 5; i++) {
            REGIONS.put(i % 2, table, "k", "v" + i);
            awaitValue(1 - i % 2, table, "k", "v" + i);
        }
        REGIONS.delete(1, table, "k");
        awaitGone(0, table, "k");
        REGIONS.put(0, table, "k", "again");
        awaitValue(1, table, "k", "again");
        REGIONS.awaitEqual(table);
    }

    @Test
    void replicatedItem_doesNotGoRoundInCircles() {
        String table = REGIONS.replicatedTable("loop");
        REGIONS.put(0, table, "k", "v");
        awaitValue(1, table, "k", "v");
        Map<String, AttributeValue> applied = REGIONS.item(1, table, "k");
        REGIONS.put(1, table, "marker", "v");
        awaitValue(0, table, "marker", "v");
        // Whatever region 1 had to say of "k" would have been said before "marker".
        assertThat(TwoRegions.unmarked(Map.of("k", REGIONS.item(0, table, "k"))))
                .isEqualTo(TwoRegions.unmarked(Map.of("k", applied)));
        String back =
                "nearside_replicator_changes_applied_total{peer=\"" + REGIONS.name(1) + "\",table=\"" + table + "\"}";
        assertThat(REGIONS.metric(0, back)).isEqualTo(1);
    }

    @Test
    void restart_underWrites_losesNothing() {
        String table = REGIONS.replicatedTable("restart");
        Map<String, String> expected = new HashMap<>();
        for (int i = 0; i < 150; i++) {
            if (i == 50) {
                REGIONS.stop(1);
            }
            if (i == 100) {
                REGIONS.start(1);
            }
            REGIONS.put(i % 2, table, "k" + i, "v" + i);
            expected.put("k" + i, "v" + i);
        }
        REGIONS.awaitReady();
        REGIONS.awaitEqual(table);
        assertThat(REGIONS.items(0, table)).hasSize(expected.size());
    }

    @Test
    void itemsAtTheSizeLimit_ofEachShape_arriveIntact() {
        String table = REGIONS.replicatedTable("large");
        int room = 400 * 1024 - 200;
        byte[] bytes = new byte[room];
        new Random(1).nextBytes(bytes);
        AttributeValue nested = AttributeValue.fromS("x".repeat(room - 200));
        for (int depth = 0; depth < 30; depth++) {
            nested = AttributeValue.fromL(List.of(nested));
        }
        Map<String, AttributeValue> shapes = Map.of(
                "binary", AttributeValue.fromB(SdkBytes.fromByteArray(bytes)),
                "controls", AttributeValue.fromS("\u0001".repeat(room)),
                "numbers",
                        AttributeValue.fromL(IntStream.range(0, 43_000)
                                .mapToObj(i -> AttributeValue.fromN(String.valueOf(i)))
                                .toList()),
                "nested", nested);
        shapes.forEach((id, shape) -> REGIONS.dynamoDb(0)
                .putItem(request ->
                        request.tableName(table).item(Map.of("id", AttributeValue.fromS(id), "shape", shape))));

        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> shapes.forEach(
                        (id, shape) -> assertThat(REGIONS.item(1, table, id).get("shape"))
                                .as(id)
                                .isEqualTo(shape)));
    }

    /** DynamoDB Local's streams write an empty map as a value without a type. */
    @Test
    void itemsWithEmptyMaps_whateverIsDoneToThem_arrive() {
        for (String suffix : List.of("empty-maps", "merging-empty-maps")) {
            String table = REGIONS.replicatedTable(suffix);
            AttributeValue empty = AttributeValue.fromM(Map.of());
            AttributeValue nested = AttributeValue.fromL(List.of(AttributeValue.fromM(Map.of("inner", empty))));
            putShape(table, "top", empty);
            putShape(table, "nested", nested);
            putShape(table, "gone", empty);
            awaitShape(table, "top", empty);
            awaitShape(table, "nested", nested);
            awaitShape(table, "gone", empty);

            AttributeValue text = AttributeValue.fromS("text");
            updateShape(table, "top", "SET shape = :to", Map.of(":to", text));
            updateShape(table, "nested", "REMOVE shape SET moved = :to", Map.of(":to", empty));
            REGIONS.delete(0, table, "gone");

            awaitShape(table, "top", text);
            awaitShape(table, "nested", null);
            await().atMost(TwoRegions.SOON)
                    .untilAsserted(
                            () -> assertThat(REGIONS.item(1, table, "nested").get("moved"))
                                    .isEqualTo(empty));
            awaitGone(1, table, "gone");
            REGIONS.awaitEqual(table);
        }
    }

    private static void putShape(String table, String id, AttributeValue shape) {
        REGIONS.dynamoDb(0)
                .putItem(request ->
                        request.tableName(table).item(Map.of("id", AttributeValue.fromS(id), "shape", shape)));
    }

    private static void updateShape(String table, String id, String update, Map<String, AttributeValue> values) {
        REGIONS.dynamoDb(0)
                .updateItem(request -> request.tableName(table)
                        .key(Map.of("id", AttributeValue.fromS(id)))
                        .updateExpression(update)
                        .expressionAttributeValues(values));
    }

    private static void awaitShape(String table, String id, @Nullable AttributeValue shape) {
        await().atMost(TwoRegions.SOON).untilAsserted(() -> {
            Map<String, AttributeValue> item = REGIONS.item(1, table, id);
            assertThat(item).isNotEmpty();
            assertThat(item.get("shape")).as(id).isEqualTo(shape);
        });
    }

    @Test
    void pause_andResume_holdAndReleaseTheOtherRegionsChanges() {
        String table = REGIONS.replicatedTable("pause");
        REGIONS.put(0, table, "before", "v");
        awaitValue(1, table, "before", "v");
        assertThat(REGIONS.post(1, "/api/pause").statusCode()).isEqualTo(200);
        REGIONS.put(0, table, "held", "v");
        await().atMost(TwoRegions.SOON)
                .untilAsserted(
                        () -> assertThat(REGIONS.get(1, "/health/ready").body()).contains("paused by an operator"));
        await().during(Duration.ofMillis(700))
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(REGIONS.item(1, table, "held")).isEmpty());
        REGIONS.post(1, "/api/resume");
        awaitValue(1, table, "held", "v");
    }

    /** Otherwise an alert on an increase misses the first event. */
    @Test
    void counters_ofATable_existBeforeTheirFirstEvent() {
        String table = REGIONS.replicatedTable("counters");
        REGIONS.put(0, table, "k", "v");
        awaitValue(1, table, "k", "v");

        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.get(0, "/metrics").body()
                                + REGIONS.get(1, "/metrics").body())
                        .contains(
                                "nearside_replicator_records_parked_total{table=\"" + table + "\"} 0.0",
                                "nearside_replicator_stream_gaps_total{reason=\"trimmed\",table=\"" + table + "\"} 0.0",
                                "nearside_replicator_stream_gaps_total{reason=\"shard-vanished\",table=\"" + table
                                        + "\"} 0.0",
                                "nearside_replicator_capture_failing{table=\"" + table + "\"} 0.0",
                                "nearside_replicator_conflicts_total{cause=\"newer-item\",peer=\"" + REGIONS.name(0)
                                        + "\",table=\"" + table + "\"} 0.0",
                                "nearside_replicator_changes_parked_total{peer=\"" + REGIONS.name(0)
                                        + "\",reason=\"clock-ahead\",table=\"" + table + "\"} 0.0",
                                "nearside_replicator_apply_retries_total{peer=\"" + REGIONS.name(0)
                                        + "\",reason=\"throttled\",table=\"" + table + "\"} 0.0",
                                "nearside_replicator_changes_refused_total{peer=\"" + REGIONS.name(0)
                                        + "\",reason=\"table\"} 0.0"));
    }

    @Test
    void adminPages_areThere() {
        assertThat(REGIONS.get(0, "/health/live").body()).contains("live");
        assertThat(REGIONS.get(0, "/health/ready").body()).contains("\"peer " + REGIONS.name(1) + "\"");
        assertThat(REGIONS.get(0, "/api/status").body()).contains("\"region\" : \"" + REGIONS.name(0) + "\"");
        assertThat(REGIONS.get(0, "/").body()).contains("Nearside replicator");
        assertThat(REGIONS.get(0, "/nowhere").statusCode()).isEqualTo(404);
        assertThat(REGIONS.post(0, "/nowhere").statusCode()).isEqualTo(404);
        assertThat(REGIONS.get(0, "/metrics").body()).contains("nearside_replicator_tables ");
    }
}
