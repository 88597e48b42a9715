package io.nearside.replicator.publish;

import io.nearside.change.Change;
import io.nearside.change.Invalidation;
import io.nearside.change.Topics;
import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.replicator.capture.CaptureMetrics;
import io.nearside.replicator.capture.CaptureStatus.State;
import io.nearside.replicator.publish.CaptureFixture.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

import static io.nearside.replicator.publish.CaptureFixture.DELETED;
import static io.nearside.replicator.publish.CaptureFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Capture on DynamoDB Local and Kafka, one table and one region name per test. */
final class CaptureIT {

    @Test
    void writes_ofAnApplication_arePublishedInTheirLastVersion() {
        try (CaptureFixture fixture = CaptureFixture.shared().createTable(true)) {
            fixture.startNode().awaitState(State.TAILING);

            fixture.put("a", "1");
            fixture.put("b", "1");
            fixture.put("a", "2");
            fixture.put("c", "1");
            fixture.delete("c");

            fixture.awaitLogged(Map.of("a", "2", "b", "1", "c", DELETED));
        }
    }

    @Test
    void change_inTheLog_saysWhatItIsInItsHeaders_andADeleteHasAValue() { // R24
        try (CaptureFixture fixture = CaptureFixture.shared().createTable(true)) {
            fixture.startNode().awaitState(State.TAILING);
            fixture.put("a", "1");
            fixture.awaitLogged(Map.of("a", "1"));
            fixture.delete("a");
            fixture.awaitLogged(Map.of("a", DELETED));

            List<Map<String, byte[]>> headers = fixture.all(Topics.changes(fixture.region, fixture.table), record -> {
                assertThat(record.value()).isNotEmpty();
                Map<String, byte[]> all = new HashMap<>();
                for (Header header : record.headers()) {
                    all.put(header.key(), header.value());
                }
                return all;
            });

            List<Change> changes = fixture.changes();
            assertThat(headers)
                    .hasSameSizeAs(changes)
                    .allSatisfy(all -> assertThat(all)
                            .containsKeys(
                                    KafkaChangeLog.FORMAT,
                                    KafkaChangeLog.ORIGIN,
                                    KafkaChangeLog.VERSION,
                                    KafkaChangeLog.KIND,
                                    KafkaChangeLog.POSITION));
            assertThat(headers.get(headers.size() - 1).get(KafkaChangeLog.VERSION))
                    .isEqualTo(changes.get(changes.size() - 1).version().toBytes());
        }
    }

    @Test
    void everyRecord_evenOfAForeignWrite_isAnnouncedToTheCaches() { // R29
        try (CaptureFixture fixture = CaptureFixture.shared().createTable(true)) {
            fixture.startNode().awaitState(State.TAILING);
            fixture.put("a", "1");
            fixture.awaitLogged(Map.of("a", "1"));
            fixture.delete("a");
            fixture.awaitLogged(Map.of("a", DELETED));

            List<Invalidation> invalidations = fixture.invalidations();
            assertThat(invalidations).hasSizeGreaterThanOrEqualTo(3).allSatisfy(invalidation -> {
                assertThat(invalidation.table()).isEqualTo(fixture.table);
                assertThat(invalidation.source()).startsWith("capture/node-");
            });
            assertThat(invalidations.get(1).version()).isNotNull();
        }
    }

    @Test
    void writes_whereNoOtherRegionTakesChanges_areAnnouncedToTheCaches_andNeitherStampedNorPublished() {
        try (CaptureFixture fixture = CaptureFixture.shared().createTable(true)) {
            fixture.startNode(false).awaitState(State.TAILING);
            fixture.put("a", "1");
            fixture.put("a", "2");
            fixture.delete("a");
            fixture.put("b", "1");

            await().atMost(PATIENCE).until(() -> fixture.invalidations().size() >= 4);
            // One for each write, for there is none for a stamp.
            assertThat(fixture.invalidations())
                    .hasSize(4)
                    .allSatisfy(
                            invalidation -> assertThat(invalidation.version()).isNull());
            assertThat(fixture.item("b")).containsOnlyKeys("id", "value");
            assertThat(fixture.hasTopic(Topics.changes(fixture.region, fixture.table)))
                    .isFalse();
        }
    }

    @Test
    void changes_onceAnotherRegionTakesThem_areOfEverythingThatIsThere() {
        try (CaptureFixture fixture = CaptureFixture.shared().createTable(true)) {
            Node alone = fixture.startNode(false).awaitState(State.TAILING);
            fixture.put("a", "1");
            fixture.put("b", "1");
            await().atMost(PATIENCE).until(() -> fixture.invalidations().size() >= 2);
            alone.close();

            Node publishing = fixture.startNode();

            fixture.awaitLogged(Map.of("a", "1", "b", "1"));
            publishing.awaitState(State.TAILING);
            assertThat(publishing.count(CaptureMetrics.GAPS)).isZero();
        }
    }

    @Test
    void itemsThatWereThereBefore_areSettledAndPublished_whenAStreamIsSwitchedOn() { // R25
        try (CaptureFixture fixture = CaptureFixture.shared().createTable(false)) {
            Map<String, String> expected = new HashMap<>();
            for (int i = 0; i < 150; i++) {
                fixture.put("old" + i, "v" + i);
                expected.put("old" + i, "v" + i);
            }
            Node node = fixture.startNode();
            fixture.switchStream(true);
            fixture.put("new", "1");
            expected.put("new", "1");

            fixture.awaitLogged(expected);
            node.awaitState(State.TAILING);
        }
    }

    @Test
    void streamSwitchedOffAndOn_isAGap_andWhatWasWrittenMeanwhileIsPublished() { // R16
        // An instance of its own: DynamoDB Local does not roll shards over any more once a stream was switched off.
        try (EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.start(1);
                CaptureFixture fixture =
                        new CaptureFixture(dynamoDb, 0, EmbeddedKafka.shared().bootstrapServers()).createTable(true)) {
            Node node = fixture.startNode().awaitState(State.TAILING);
            fixture.put("a", "1");
            fixture.put("b", "1");
            fixture.awaitLogged(Map.of("a", "1", "b", "1"));
            fixture.switchStream(false);
            await().atMost(PATIENCE).until(() -> node.status() == null);
            fixture.put("a", "2");
            fixture.put("c", "1");
            fixture.switchStream(true);

            fixture.awaitLogged(Map.of("a", "2", "b", "1", "c", "1"));
            node.awaitState(State.TAILING);
            assertThat(Objects.requireNonNull(node.status()).gap()).contains("new-stream");
            assertThat(node.count(CaptureMetrics.GAPS)).isEqualTo(1);
        }
    }

    @Test
    void kafkaAway_pausesCapture_andNothingIsLost() {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                CaptureFixture fixture =
                        new CaptureFixture(EmbeddedDynamoDb.shared(), 0, kafka.bootstrapServers()).createTable(true)) {
            Node node = fixture.startNode().awaitState(State.TAILING);
            fixture.put("a", "1");
            fixture.awaitLogged(Map.of("a", "1"));
            kafka.stop();
            fixture.put("a", "2");
            fixture.put("b", "1");
            await().atMost(PATIENCE).until(() -> node.failure() != null);

            kafka.restart();

            fixture.awaitLogged(Map.of("a", "2", "b", "1"));
            await().atMost(PATIENCE).until(() -> node.failure() == null);
        }
    }

    @Test
    void itemsAtTheSizeLimit_arePublishedWhole() { // R23
        try (CaptureFixture fixture = CaptureFixture.shared().createTable(true)) {
            fixture.startNode().awaitState(State.TAILING);
            String controls = "\u0001".repeat(390 * 1024);

            fixture.put("a", controls);

            fixture.awaitLogged(Map.of("a", controls));
        }
    }

    @Test
    void itemThatCannotBeStamped_isParked_andBlocksNobody() { // R21, R23
        try (CaptureFixture fixture = CaptureFixture.shared().createTable(true)) {
            Node node = fixture.startNode().awaitState(State.TAILING);
            fixture.put("a", "x".repeat(400 * 1024 - "a".length() - "id".length() - "value".length()));
            fixture.put("b", "1");

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(fixture.logged()).isEqualTo(Map.of("b", "1"));
                assertThat(node.count(CaptureMetrics.PARKED)).isEqualTo(1);
            });
            fixture.put("a", "small again");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(fixture.logged()).containsEntry("a", "small again"));
        }
    }

    @Test
    void secondProcess_takesOverWhenTheFirstStops_withinSeconds() { // R11
        try (CaptureFixture fixture = CaptureFixture.shared().createTable(true)) {
            Node first = fixture.startNode().awaitState(State.TAILING);
            Node second = fixture.startNode();
            await().atMost(PATIENCE).until(() -> owners(first, second).size() == 1 && second.failure() == null);
            fixture.put("a", "1");
            fixture.awaitLogged(Map.of("a", "1"));
            Node owner = owners(first, second).get(0);
            Node other = owner == first ? second : first;

            owner.close();
            fixture.put("a", "2");

            await().atMost(PATIENCE).until(() -> other.status() != null);
            fixture.awaitLogged(Map.of("a", "2"));
        }
    }

    private static List<Node> owners(Node... nodes) {
        return List.of(nodes).stream().filter(node -> node.status() != null).collect(Collectors.toList());
    }
}
