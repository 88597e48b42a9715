package io.nearside.replicator.liveness;

import io.nearside.change.Topics;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.replicator.kafka.GroupMember;
import io.nearside.replicator.kafka.KafkaCluster;
import io.nearside.replicator.publish.RegionTopics;
import io.nearside.replicator.publish.TopicSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/** Processes of one region that watch each other through a real Kafka. Sessions are so long here that Kafka itself removes nobody. */
final class ProcessWatchIT {

    private static final Duration LONGER_THAN_ANY_TEST = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final KafkaCluster KAFKA = new KafkaCluster(
            EmbeddedKafka.shared().bootstrapServers(),
            Map.of(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, String.valueOf(LONGER_THAN_ANY_TEST.toMillis())));

    private final String region = "region-" + UUID.randomUUID().toString().substring(0, 8);
    private final String group = "group-of-" + region;
    private final List<ProcessWatch> watches = new ArrayList<>();

    ProcessWatchIT() {
        try (Admin admin = KAFKA.admin()) {
            new RegionTopics(admin, region, TopicSettings.DEFAULT).ensureRegion();
        }
    }

    @AfterEach
    void close() {
        watches.forEach(ProcessWatch::close);
    }

    private ProcessWatch watch(String process) {
        ProcessWatch watch =
                new ProcessWatch(KAFKA, region, 7, process, Map.of(KAFKA, List.of(group)), () -> new WorkShare(3, 1));
        watches.add(watch);
        watch.start();
        return watch;
    }

    private Consumer<byte[], byte[]> member(String process) {
        Consumer<byte[], byte[]> member = new GroupMember(group, process).join(KAFKA, Map.of());
        member.subscribe(List.of(Topics.control(region)));
        return member;
    }

    private static int partitions(Consumer<byte[], byte[]> member) {
        member.poll(Duration.ofMillis(100));
        return member.assignment().size();
    }

    /** What a killed process leaves behind: a member that neither leaves nor beats, and signs that end. */
    private void leaveDeadMember(String process) {
        Consumer<byte[], byte[]> dead = member(process);
        await().atMost(PATIENCE).until(() -> partitions(dead) == TopicSettings.DEFAULT.controlPartitions());
        dead.close();
        try (Producer<byte[], byte[]> producer = KAFKA.producer(Map.of())) {
            var unused =
                    producer.send(Sign.alive(process, null, null).to(new TopicPartition(Topics.control(region), 0)));
        }
    }

    @Test
    void deadProcess_isTakenOutOfTheGroup_itsWorkGoesToTheOthers() {
        leaveDeadMember("dead");
        try (Consumer<byte[], byte[]> survivor = member("survivor")) {
            watch("survivor");
            await().atMost(PATIENCE).until(() -> partitions(survivor) == TopicSettings.DEFAULT.controlPartitions());
        }
    }

    @Test
    void livingProcesses_watchingEachOther_shareTheWork() {
        try (Consumer<byte[], byte[]> first = member("first");
                Consumer<byte[], byte[]> second = member("second")) {
            watch("first");
            watch("second");
            await().atMost(PATIENCE).until(() -> signs() > 4 * ProcessWatch.PATIENCE);
            await().atMost(PATIENCE).until(() -> {
                int sum = partitions(first) + partitions(second);
                return sum == TopicSettings.DEFAULT.controlPartitions()
                        && !first.assignment().isEmpty()
                        && !second.assignment().isEmpty();
            });
        }
    }

    @Test
    void members_tellEachOtherWhatTheyHave_untilTheyStop() {
        ProcessWatch first = watch("first");
        ProcessWatch second = watch("second");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(first.members())
                        .extracting(ProcessWatch.Member::process, ProcessWatch.Member::self, ProcessWatch.Member::share)
                        .containsExactly(
                                tuple("first", true, new WorkShare(3, 1)),
                                tuple("second", false, new WorkShare(3, 1))));
        second.close();
        await().atMost(PATIENCE).until(() -> first.members().size() == 1);
    }

    private long signs() {
        try (Consumer<byte[], byte[]> reader = KAFKA.consumer(Map.of())) {
            TopicPartition log = new TopicPartition(Topics.control(region), 0);
            return Objects.requireNonNull(reader.endOffsets(List.of(log)).get(log));
        }
    }

    @Test
    void peer_whoseLastProcessStops_fallsSilent() {
        PeerWatch peer = new PeerWatch(region, KAFKA, System::nanoTime);
        try (peer) {
            assertThat(peer.silence()).isNull();
            peer.start();
            ProcessWatch only = watch("only");
            await().atMost(PATIENCE).until(() -> peer.silence() != null);
            await().atMost(PATIENCE).until(() -> signs() > 3);
            await().atMost(PATIENCE)
                    .until(() -> Objects.requireNonNull(peer.silence()).compareTo(Duration.ofSeconds(2)) < 0);
            only.close();
            await().atMost(PATIENCE)
                    .until(() -> Objects.requireNonNull(peer.silence()).compareTo(Duration.ofSeconds(3)) > 0);
        }
    }
}
