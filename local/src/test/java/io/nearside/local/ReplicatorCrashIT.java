package io.nearside.local;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.replicator.Replicator;
import io.nearside.replicator.ReplicatorMain;
import io.nearside.replicator.config.ReplicatorConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A replicator in a process of its own is killed while its region is written to. */
class ReplicatorCrashIT {
    private static final int KILLS = 2;
    private static final int WRITES_BETWEEN_KILLS = 200;
    private static final int KEYS = 60;
    private static final Duration CAUGHT_UP = Duration.ofMinutes(3);
    private static final List<ServiceConfigs.Region> REGIONS =
            List.of(new ServiceConfigs.Region("crash-1", 1, 0, 0, 0), new ServiceConfigs.Region("crash-2", 2, 0, 0, 0));

    private final long seed =
            Long.getLong("nearside.seed", ThreadLocalRandom.current().nextLong());
    private final Random random = new Random(seed);
    private final Map<String, String> model = new TreeMap<>();

    @TempDir
    Path directory;

    @Test
    void replicator_killedUnderWrites_losesNothing() throws Exception {
        try (EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.start(2);
                Replicator survivor =
                        Replicator.start(LocalStack.parse(configs(dynamoDb, 1).replicator(), ReplicatorConfig.class));
                DynamoDbClient here = Clients.sync(dynamoDb.endpoint(0));
                DynamoDbClient there = Clients.sync(dynamoDb.endpoint(1))) {
            Path config = Files.writeString(
                    directory.resolve("replicator.yaml"), configs(dynamoDb, 0).replicator());
            String table = killAndRestartUnderWrites(config, here, there);

            try (JavaProcess last = start(config)) {
                await().atMost(CAUGHT_UP).untilAsserted(() -> {
                    assertThat(values(there, table))
                            .as("seed %d\n%s", seed, last.output())
                            .isEqualTo(model);
                    assertThat(Tables.unmarked(Tables.scan(there, table)))
                            .as("seed %d", seed)
                            .isEqualTo(Tables.unmarked(Tables.scan(here, table)));
                });
                assertThat(Health.ready(survivor.adminPort()).isOk()).isTrue();
            }
        }
    }

    private String killAndRestartUnderWrites(Path config, DynamoDbClient here, DynamoDbClient there)
            throws IOException, InterruptedException {
        String table = Tables.freshName();
        here.createTable(Tables.definition(table));
        for (int kill = 0; kill < KILLS; kill++) {
            try (JavaProcess victim = start(config)) {
                write(here, table, "first " + kill);
                awaitReplicated(there, table, "first " + kill, victim);
                for (int i = 0; i < WRITES_BETWEEN_KILLS; i++) {
                    writeRandomly(here, table, kill + "-" + i);
                }
                victim.kill();
            }
            // Nobody listens now.
            for (int i = 0; i < WRITES_BETWEEN_KILLS / 4; i++) {
                writeRandomly(here, table, kill + "-unheard-" + i);
            }
        }
        return table;
    }

    /** So that each kill meets a replicator that works. */
    private void awaitReplicated(DynamoDbClient there, String table, String id, JavaProcess victim) {
        await().atMost(CAUGHT_UP)
                .ignoreException(ResourceNotFoundException.class)
                .untilAsserted(() -> assertThat(Tables.value(there, table, id))
                        .as("seed %d\n%s", seed, victim.output())
                        .isEqualTo(id));
    }

    private void writeRandomly(DynamoDbClient client, String table, String value) {
        String id = "k" + random.nextInt(KEYS);
        if (random.nextInt(4) == 0) {
            client.deleteItem(request -> request.tableName(table).key(Tables.key(id)));
            model.remove(id);
        } else {
            client.putItem(request -> request.tableName(table).item(Tables.item(id, value)));
            model.put(id, value);
        }
    }

    private void write(DynamoDbClient client, String table, String id) {
        client.putItem(request -> request.tableName(table).item(Tables.item(id, id)));
        model.put(id, id);
    }

    private static Map<String, String> values(DynamoDbClient client, String table) {
        Map<String, String> values = new TreeMap<>();
        Tables.scan(client, table).forEach((id, item) -> values.put(id, Tables.text(item, "value")));
        return values;
    }

    private static JavaProcess start(Path config) {
        return JavaProcess.start(ReplicatorMain.class, "replicator", "--config", config.toString());
    }

    private static ServiceConfigs configs(EmbeddedDynamoDb dynamoDb, int index) {
        return new ServiceConfigs(
                REGIONS.get(index),
                dynamoDb.endpoint(index),
                EmbeddedKafka.shared().bootstrapServers(),
                List.of(REGIONS.get(1 - index)));
    }
}
