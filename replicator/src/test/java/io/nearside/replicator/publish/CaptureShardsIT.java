package io.nearside.replicator.publish;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.replicator.capture.CaptureMetrics;
import io.nearside.replicator.capture.CaptureStatus.State;
import io.nearside.replicator.publish.CaptureFixture.Node;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static io.nearside.replicator.publish.CaptureFixture.DELETED;
import static io.nearside.replicator.publish.CaptureFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Capture across the ends of shards and of the stream's retention, on an instance of DynamoDB Local of its own: in a shared one, a job
 * that rolls shards over may wait for ever once other tests have done much to its streams.
 */
final class CaptureShardsIT {

    private static @Nullable EmbeddedDynamoDb dynamoDb;

    @BeforeAll
    static void start() {
        dynamoDb = EmbeddedDynamoDb.start(2);
    }

    @AfterAll
    static void stop() {
        Objects.requireNonNull(dynamoDb).close();
    }

    private static CaptureFixture fixture(int region) {
        return new CaptureFixture(
                        Objects.requireNonNull(dynamoDb),
                        region,
                        EmbeddedKafka.shared().bootstrapServers())
                .createTable(true);
    }

    @Test
    void writes_whileShardsRollOver_areAllPublished() { // R18
        try (CaptureFixture fixture = fixture(0)) {
            fixture.startNode().awaitState(State.TAILING);
            Map<String, String> expected = new HashMap<>();
            for (int i = 0; i < 120; i++) {
                String id = "k" + i % 20;
                fixture.put(id, "v" + i);
                expected.put(id, "v" + i);
                if (i % 30 == 15) {
                    fixture.rollOverShards();
                }
            }

            fixture.awaitLogged(expected);
        }
    }

    @Test
    void restart_afterWritesWhileItWasDown_losesNothingAndIsNoGap() { // R18, R20
        try (CaptureFixture fixture = fixture(0)) {
            Node before = fixture.startNode().awaitState(State.TAILING);
            fixture.put("a", "1");
            fixture.put("b", "1");
            before.close();
            fixture.put("a", "2");
            fixture.rollOverShards();
            fixture.delete("b");
            fixture.rollOverShards();
            fixture.put("c", "1");

            Node after = fixture.startNode().awaitState(State.TAILING);

            fixture.awaitLogged(Map.of("a", "2", "b", DELETED, "c", "1"));
            assertThat(Objects.requireNonNull(after.status()).gap()).isNull();
        }
    }

    @Test
    void restart_withOnlyFinishedShardsSinceThen_readsTheirChildrenFromTheBeginning() { // R18
        try (CaptureFixture fixture = fixture(0)) {
            Node before = fixture.startNode().awaitState(State.TAILING);
            fixture.put("a", "1");
            fixture.awaitLogged(Map.of("a", "1"));
            fixture.rollOverShards();
            await().atMost(PATIENCE)
                    .until(() ->
                            Objects.requireNonNull(before.status()).shards().size() == 1);
            before.close();
            fixture.put("a", "2");

            fixture.startNode();

            fixture.awaitLogged(Map.of("a", "2"));
        }
    }

    @Test
    void recordsTrimmedBeforeTheyWereRead_areAGap_andTheTableIsResynchronised() { // R17
        try (CaptureFixture fixture = fixture(1)) {
            Node before = fixture.startNode().awaitState(State.TAILING);
            fixture.put("a", "1");
            fixture.put("b", "1");
            fixture.put("d", "1");
            fixture.awaitLogged(Map.of("a", "1", "b", "1", "d", "1"));
            before.close();
            fixture.put("a", "2");
            fixture.put("c", "1");
            fixture.delete("d");
            fixture.age(Duration.ofHours(30));
            fixture.awaitTrimmed();

            Node after = fixture.startNode();

            fixture.awaitLogged(Map.of("a", "2", "b", "1", "c", "1", "d", DELETED));
            after.awaitState(State.TAILING);
            assertThat(Objects.requireNonNull(after.status()).gap()).isNotNull();
            assertThat(after.count(CaptureMetrics.GAPS)).isGreaterThanOrEqualTo(1);
        }
    }
}
