package io.nearside.replicator.publish;

import io.nearside.change.Topics;
import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.replicator.capture.CaptureMetrics;
import io.nearside.replicator.capture.CaptureStatus.State;
import io.nearside.replicator.metrics.ReplicatorMetrics;
import io.nearside.replicator.publish.CaptureFixture.Node;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import static io.nearside.replicator.publish.CaptureFixture.DELETED;
import static io.nearside.replicator.publish.CaptureFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Topics that are deleted while processes work with them, on a Kafka of their own. */
final class TopicLossIT {

    private static final EmbeddedKafka KAFKA = EmbeddedKafka.start();

    private static CaptureFixture fixture() {
        return new CaptureFixture(EmbeddedDynamoDb.shared(), 0, KAFKA.bootstrapServers()).createTable(true);
    }

    @AfterAll
    static void stop() {
        KAFKA.close();
    }

    private static void delete(CaptureFixture fixture, String topic) throws Exception {
        try (Admin admin = fixture.cluster.admin()) {
            admin.deleteTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
        }
    }

    private static boolean exists(CaptureFixture fixture, String topic) {
        try (Admin admin = fixture.cluster.admin()) {
            return admin.listTopics().names().get(30, TimeUnit.SECONDS).contains(topic);
        } catch (Exception e) {
            return false;
        }
    }

    private static double lost(Node... nodes) {
        double lost = 0;
        for (Node node : nodes) {
            lost += node.count(ReplicatorMetrics.TOPICS_LOST);
        }
        return lost;
    }

    @Test
    void controlTopic_deletedWhileTwoProcessesRun_isCreatedAgainAndCaptureResumes() throws Exception {
        try (CaptureFixture fixture = fixture()) {
            Node first = fixture.startNode();
            Node second = fixture.startNode();
            await().atMost(PATIENCE)
                    .until(() -> (first.status() == null) != (second.status() == null)
                            && first.failure() == null
                            && second.failure() == null);
            fixture.put("a", "1");
            fixture.awaitLogged(Map.of("a", "1"));

            delete(fixture, Topics.control(fixture.region));

            await().atMost(PATIENCE).until(() -> lost(first, second) > 0);
            await().atMost(PATIENCE).until(() -> exists(fixture, Topics.control(fixture.region)));
            fixture.put("a", "2");
            fixture.awaitLogged(Map.of("a", "2"));
            await().atMost(PATIENCE)
                    .until(() -> (first.status() == null) != (second.status() == null)
                            && first.failure() == null
                            && second.failure() == null);
            Node owner = first.status() == null ? second : first;
            owner.close();
            fixture.put("a", "3");
            fixture.awaitLogged(Map.of("a", "3"));
        }
    }

    @Test
    void changesTopic_deletedAndCreatedAgain_whatTheTableAndItsStreamHoldIsPublishedAgain() throws Exception {
        try (CaptureFixture fixture = fixture()) {
            Node node = fixture.startNode().awaitState(State.TAILING);
            fixture.put("a", "1");
            fixture.put("b", "1");
            fixture.put("gone", "1");
            fixture.delete("gone");
            fixture.awaitLogged(Map.of("a", "1", "b", "1", "gone", DELETED));

            delete(fixture, Topics.changes(fixture.region, fixture.table));

            fixture.put("b", "2");
            fixture.awaitLogged(Map.of("a", "1", "b", "2", "gone", DELETED));
            await().atMost(PATIENCE)
                    .until(() -> node.status() != null && node.status().gap() != null);
            assertThat(Objects.requireNonNull(node.status()).gap()).contains("log-lost");
            assertThat(node.count(CaptureMetrics.GAPS)).isEqualTo(1);
        }
    }

    @Test
    void changesTopic_deletedWhileNobodyRuns_isNoticedByTheNextProcess() throws Exception {
        try (CaptureFixture fixture = fixture()) {
            Node first = fixture.startNode().awaitState(State.TAILING);
            fixture.put("a", "1");
            fixture.awaitLogged(Map.of("a", "1"));
            first.close();
            delete(fixture, Topics.changes(fixture.region, fixture.table));

            Node second = fixture.startNode();

            fixture.awaitLogged(Map.of("a", "1"));
            assertThat(second.count(CaptureMetrics.GAPS)).isEqualTo(1);
        }
    }

    @Test
    void checkpoints_deletedWhileInUse_areWrittenAgain_andTheNextOwnerGoesOnFromThem() throws Exception {
        try (CaptureFixture fixture = fixture()) {
            Node first = fixture.startNode().awaitState(State.TAILING);
            fixture.put("a", "1");
            fixture.awaitLogged(Map.of("a", "1"));
            await().atMost(PATIENCE).until(() -> !checkpoints(fixture).isEmpty());

            delete(fixture, Topics.checkpoints(fixture.region));

            await().atMost(PATIENCE)
                    .until(() -> lost(first) > 0 && !checkpoints(fixture).isEmpty());
            first.close();
            fixture.put("a", "2");
            Node second = fixture.startNode().awaitState(State.TAILING);
            fixture.awaitLogged(Map.of("a", "2"));
            assertThat(second.count(CaptureMetrics.GAPS)).isZero();
            assertThat(Objects.requireNonNull(second.status()).scanSegments()).isZero();
        }
    }

    private static List<Integer> checkpoints(CaptureFixture fixture) {
        return fixture.all(Topics.checkpoints(fixture.region), record -> 1);
    }
}
