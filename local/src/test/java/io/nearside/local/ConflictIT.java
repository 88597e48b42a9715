package io.nearside.local;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Both regions write the same few keys at once: afterwards they hold the same, in DynamoDB and through both caches. */
@ExtendWith(SharedStack.class)
class ConflictIT {
    private static final int KEYS = 8;
    private static final int WRITES = 300;
    private static final Duration CONVERGED = Duration.ofSeconds(60);

    private final long seed =
            Long.getLong("nearside.seed", ThreadLocalRandom.current().nextLong());
    private List<DynamoDbClient> proxies = List.of();
    private List<DynamoDbClient> databases = List.of();

    @BeforeEach
    void connect() {
        List<LocalRegion> regions = SharedStack.get().regions();
        proxies =
                regions.stream().map(region -> Clients.sync(region.endpoint())).toList();
        databases =
                regions.stream().map(region -> Clients.sync(region.dynamoDb())).toList();
    }

    @AfterEach
    void disconnect() {
        proxies.forEach(DynamoDbClient::close);
        databases.forEach(DynamoDbClient::close);
    }

    @Test
    void regions_afterConcurrentPutsUpdatesAndDeletes_areEqual() {
        assertConverge(proxies);
    }

    @Test
    void regions_afterConcurrentWritesAroundTheProxies_areEqual() {
        assertConverge(databases);
    }

    private void assertConverge(List<DynamoDbClient> writers) {
        String table = Tables.create(proxies.get(0), proxies.get(1));
        CompletableFuture<?>[] writing = new CompletableFuture<?>[] {
            CompletableFuture.runAsync(() -> write(writers.get(0), table, seed)),
            CompletableFuture.runAsync(() -> write(writers.get(1), table, seed + 1))
        };
        CompletableFuture.allOf(writing).join();
        // The last word on every key, so that a test that finds both empty proves something.
        writers.get(0).putItem(request -> request.tableName(table).item(Tables.item("last", "east")));
        writers.get(1).putItem(request -> request.tableName(table).item(Tables.item("word", "west")));

        await().atMost(CONVERGED).untilAsserted(() -> {
            Map<String, Map<String, AttributeValue>> first = Tables.scan(databases.get(0), table);
            assertThat(first).as("seed %d", seed).containsKeys("last", "word");
            assertThat(Tables.unmarked(first))
                    .as("seed %d", seed)
                    .isEqualTo(Tables.unmarked(Tables.scan(databases.get(1), table)));
            assertCachesAgree(table, first);
        });
    }

    /** Each key through each proxy's cache is what the databases hold, but for the version attribute. */
    private void assertCachesAgree(String table, Map<String, Map<String, AttributeValue>> stored) {
        for (DynamoDbClient proxy : proxies) {
            for (int key = 0; key < KEYS; key++) {
                String expected = Tables.text(stored.getOrDefault("k" + key, Map.of()), "value");
                assertThat(Tables.value(proxy, table, "k" + key))
                        .as("seed %d", seed)
                        .isEqualTo(expected);
            }
        }
    }

    private static void write(DynamoDbClient client, String table, long seed) {
        var random = new Random(seed);
        for (int i = 0; i < WRITES; i++) {
            String id = "k" + random.nextInt(KEYS);
            String value = seed + "-" + i;
            switch (random.nextInt(3)) {
                case 0 -> client.putItem(request -> request.tableName(table).item(Tables.item(id, value)));
                case 1 -> update(client, table, id, value);
                default -> client.deleteItem(request -> request.tableName(table).key(Tables.key(id)));
            }
        }
    }

    private static void update(DynamoDbClient client, String table, String id, String value) {
        client.updateItem(request -> request.tableName(table)
                .key(Tables.key(id))
                .updateExpression("SET #v = :v")
                .expressionAttributeNames(Map.of("#v", "value"))
                .expressionAttributeValues(Map.of(":v", AttributeValue.fromS(value))));
    }
}
