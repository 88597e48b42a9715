package io.nearside.replicator.apply;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nearside.change.Change;
import io.nearside.change.ChangeCodec;
import io.nearside.change.Invalidation;
import io.nearside.change.StreamPosition;
import io.nearside.change.Topics;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeySchema;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.replicator.capture.ChangeLog;
import io.nearside.replicator.kafka.KafkaCluster;
import io.nearside.replicator.kafka.TopicReader;
import io.nearside.replicator.metrics.ReplicatorMetrics;
import io.nearside.replicator.publish.RegionTopics;
import io.nearside.replicator.publish.TopicSettings;
import io.nearside.replicator.table.DeleteOutcome;
import io.nearside.replicator.table.PutOutcome;
import io.nearside.replicator.table.RegionFixture;
import io.nearside.replicator.table.RegionIds;
import io.nearside.replicator.table.RetriableStoreException;
import io.nearside.replicator.table.RetriableStoreException.Reason;
import io.nearside.replicator.table.StampOutcome;
import io.nearside.replicator.table.StoredItem;
import io.nearside.replicator.table.TableCatalog;
import io.nearside.replicator.table.TableFilter;
import io.nearside.replicator.table.TableInfo;
import io.nearside.replicator.table.TableRule;
import io.nearside.replicator.table.TableRules;
import io.nearside.replicator.table.VersionedTable;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import io.nearside.version.VersionClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.nearside.replicator.apply.Changes.ELSEWHERE;
import static io.nearside.replicator.apply.Changes.HERE;
import static io.nearside.replicator.apply.Changes.put;
import static io.nearside.replicator.apply.Changes.version;
import static io.nearside.replicator.table.RegionFixture.key;
import static io.nearside.replicator.table.RegionFixture.value;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A peer's changes from a real Kafka into a real table: poison, throttling, restarts, two processes, caches told. */
final class ApplyFeedIT {

    private static final KafkaCluster KAFKA =
            new KafkaCluster(EmbeddedKafka.shared().bootstrapServers(), Map.of());
    private static final RegionFixture DYNAMO = new RegionFixture(2);
    private static final Duration SOON = Duration.ofSeconds(60);

    private final String peer = "peer-" + UUID.randomUUID().toString().substring(0, 8);
    private final String here = "here-" + UUID.randomUUID().toString().substring(0, 8);
    private final VersionedTable table = DYNAMO.table();
    private final Producer<byte[], byte[]> producer = KAFKA.producer(Map.of());
    private final ConcurrentLinkedQueue<Invalidation> invalidations = new ConcurrentLinkedQueue<>();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<PeerFeeds> open = new ArrayList<>();

    ApplyFeedIT() {
        try (Admin admin = KAFKA.admin()) {
            RegionTopics topics = new RegionTopics(admin, peer, TopicSettings.DEFAULT);
            topics.ensureRegion();
            topics.ensureChanges(table.name());
        }
    }

    @AfterEach
    void close() {
        open.forEach(PeerFeeds::close);
        producer.close();
    }

    @AfterAll
    static void stop() {
        DYNAMO.close();
    }

    private PeerFeeds feeds(Predicate<ItemKey> refuses, Reason reason) {
        return feeds(refuses, reason, TableRule.USUAL);
    }

    private PeerFeeds feeds(Predicate<ItemKey> refuses, Reason reason, TableRule rule) {
        TableRules rules = new TableRules(here, List.of(rule), System::nanoTime);
        TableInfo info = new TableInfo(table.name(), "id-1", table.keySchema(), List.of(), null);
        VersionClock clock = new VersionClock(InstantSource.system(), HERE, 7, Duration.ofSeconds(60));
        PeerFeeds feeds = new PeerFeeds(
                new PeerFeeds.Settings(
                        here, UUID.randomUUID().toString(), Duration.ofMillis(200), 16, Duration.ofDays(9)),
                KAFKA,
                Map.of(peer, KAFKA),
                new PeerFeeds.Parts(
                        new Destinations(
                                new OneTable(info),
                                any -> Change.FIRST_INCARNATION,
                                any -> new Refusing(table, refuses, reason),
                                rules),
                        new RegionIds(Map.of(HERE, here, ELSEWHERE, peer)),
                        rules,
                        lineage -> new Applier(DYNAMO.tombstones(), clock, lineage),
                        new CacheNotice(new Told(invalidations), "apply/" + here, InstantSource.system()),
                        new ReplicatorMetrics(registry),
                        InstantSource.system(),
                        System::nanoTime));
        open.add(feeds);
        feeds.start();
        return feeds;
    }

    private PeerFeeds feeds() {
        return feeds(key -> false, Reason.UNAVAILABLE);
    }

    private void publish(Change change) {
        publish(Topics.changes(peer, change.table()), change);
    }

    private void publish(String topic, Change change) {
        var unused = producer.send(new ProducerRecord<>(topic, change.key().toBytes(), ChangeCodec.encode(change)));
    }

    private void send(byte[] key, byte @Nullable [] value) {
        var unused = producer.send(new ProducerRecord<>(Topics.changes(peer, table.name()), key, value));
    }

    private Change change(String id, String value, long version) {
        return put(table.name(), id, value, version(ELSEWHERE, version));
    }

    private void awaitValue(String id, @Nullable String value) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(value(table.read(key(id)))).isEqualTo(value));
    }

    private double counted(String series) {
        return registry.scrape()
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private List<ConsumerRecord<byte[], byte[]>> recordsHere(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        new TopicReader(KAFKA)
                .read(
                        topic,
                        record -> {
                            String text = new String(record.key(), UTF_8)
                                    + (record.value() == null ? "" : new String(record.value(), UTF_8));
                            if (text.contains(here)) {
                                records.add(record);
                            }
                        },
                        () -> false);
        return records;
    }

    @Test
    void change_applied_isAnnouncedToTheCachesAtOnce() {
        feeds();
        publish(change("announced", "a", 1));
        awaitValue("announced", "a");
        await().atMost(SOON).untilAsserted(() -> assertThat(invalidations).isNotEmpty());
        Invalidation told = invalidations.element();
        assertThat(told.table()).isEqualTo(table.name());
        assertThat(told.key()).isEqualTo(key("announced"));
        assertThat(told.version()).isEqualTo(version(ELSEWHERE, 1));
    }

    @Test
    void change_ofATableWithAnotherNameThere_isAppliedUnderItsNameHere() {
        feeds(
                key -> false,
                Reason.UNAVAILABLE,
                new TableRule(table.name(), Set.of(), Map.of(peer, "theirs"), TableFilter.ALL, true, 0, 0, false));
        try (Admin admin = KAFKA.admin()) {
            new RegionTopics(admin, peer, TopicSettings.DEFAULT).ensureChanges("theirs");
        }
        publish(put("theirs", "named", "a", version(ELSEWHERE, 1)));
        publish(change("namesake", "b", 1));
        awaitValue("named", "a");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(counted("nearside_replicator_changes_superseded_total"))
                        .isEqualTo(1));
        assertThat(table.read(key("namesake"))).isNull();
    }

    @Test
    void expiry_whereEachRegionExpiresItsOwn_leavesTheItem() {
        feeds(
                key -> false,
                Reason.UNAVAILABLE,
                new TableRule("*", Set.of(), Map.of(), TableFilter.ALL, false, 0, 0, false));
        publish(change("stays", "a", 1));
        publish(Changes.deletion(Change.Kind.TTL, table.name(), "stays", version(ELSEWHERE, 2)));
        publish(Changes.delete(table.name(), "goes", version(ELSEWHERE, 2)));
        awaitValue("stays", "a");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(DYNAMO.tombstones().read(table.name(), key("goes")))
                        .isEqualTo(version(ELSEWHERE, 2)));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(counted("nearside_replicator_changes_superseded_total"))
                        .isEqualTo(1));
        assertThat(value(table.read(key("stays")))).isEqualTo("a");
    }

    @Test
    void conflict_isReportedWithBothVersionsAndTheBooksBalance() {
        feeds();
        table.putIfNewer(key("lost"), RegionFixture.item("lost", "winner"), version(HERE, 9));
        publish(change("lost", "loser", 1));
        publish(change("kept", "v", 1));
        awaitValue("kept", "v");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(recordsHere(Topics.CONFLICTS)).hasSize(1));
        assertThat(new String(recordsHere(Topics.CONFLICTS).get(0).value(), UTF_8))
                .contains(
                        "\"rule\":\"last-writer-wins\"",
                        version(HERE, 9).toString(),
                        version(ELSEWHERE, 1).toString(),
                        "\"id\":{\"S\":\"lost\"}")
                .doesNotContain("winner-value", "\"value\"");
        assertThat(counted("nearside_replicator_changes_applied_total")
                        + counted("nearside_replicator_changes_superseded_total"))
                .isEqualTo(2);
        assertThat(counted("nearside_replicator_conflicts_total")).isEqualTo(1);
    }

    @Test
    void poison_recordOfAnyKind_isParkedAndBlocksNobody() {
        PeerFeeds feeds = feeds();
        send("k".getBytes(UTF_8), new byte[] {1, 2, 3});
        send("k".getBytes(UTF_8), null);
        publish(change("too-large", "x".repeat(400 * 1024), 1));
        publish(change("fine", "v", 1));
        awaitValue("fine", "v");
        await().atMost(SOON).until(() -> feeds.parkedKeys().contains(table.name(), key("too-large")));
        publish(change("too-large", "small now", 2));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(counted("nearside_replicator_changes_parked_total"))
                        .isEqualTo(4));
        assertThat(table.read(key("too-large"))).isNull();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(feeds.status().get(peer))
                        .satisfies(status -> assertThat(status == null ? -1 : status.backlog())
                                .isZero()));
    }

    @Test
    void record_notItsTopics_isRefusedAndCounted() {
        feeds();
        Change good = change("refused", "a", 1);
        publish(Topics.changes(peer, table.name()), put("another", "refused", "a", version(ELSEWHERE, 1)));
        publish(captured(put(table.name(), "refused", "a", version(HERE, 1)), Instant.now()));
        send("another key".getBytes(UTF_8), ChangeCodec.encode(good));
        publish(change("fine", "v", 1));
        awaitValue("fine", "v");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(counted("nearside_replicator_changes_refused_total"))
                        .isEqualTo(3));
        for (String reason : List.of("table", "region", "key")) {
            assertThat(counted("nearside_replicator_changes_refused_total{peer=\"" + peer + "\",reason=\"" + reason))
                    .isEqualTo(1);
        }
        assertThat(table.read(key("refused"))).isNull();
    }

    @Test
    void lag_ofAnExpiryOrOfWhatIsPublishedAgain_isNotTheAgeOfTheItem() {
        feeds();
        Version old = new Version(Instant.now().minus(Duration.ofDays(3)).toEpochMilli() << 16, ELSEWHERE, 1);
        publish(captured(Changes.deletion(Change.Kind.TTL, table.name(), "expired", old), Instant.now()));
        publish(put(table.name(), "again", "v", old));
        awaitValue("again", "v");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(counted("nearside_replicator_changes_applied_total"))
                        .isEqualTo(2));
        assertThat(counted("nearside_replicator_lag_seconds_count")).isEqualTo(1);
        assertThat(counted("nearside_replicator_lag_seconds_sum")).isLessThan(3_600);
    }

    /** The change as capture publishes it when it read it from a stream. */
    private static Change captured(Change change, Instant at) {
        return new Change(
                change.kind(),
                change.table(),
                change.key(),
                change.keyAttributes(),
                change.image(),
                change.version(),
                null,
                new StreamPosition("shard", "1"),
                at);
    }

    private static String topicId(Admin admin, String topic) throws Exception {
        return Objects.requireNonNull(admin.describeTopics(List.of(topic))
                        .allTopicNames()
                        .get()
                        .get(topic))
                .topicId()
                .toString();
    }

    @Test
    void topic_createdAgainAndLongerThanWhatWasRead_isReadFromItsBeginning() throws Exception {
        PeerFeeds first = feeds();
        publish(change("old", "v", 1));
        awaitValue("old", "v");
        first.close();
        String topic = Topics.changes(peer, table.name());
        try (Admin admin = KAFKA.admin()) {
            String old = topicId(admin, topic);
            admin.deleteTopics(List.of(topic)).all().get();
            RegionTopics topics = new RegionTopics(admin, peer, TopicSettings.DEFAULT);
            await().atMost(SOON)
                    .ignoreExceptions()
                    .until(() -> !topics.ensureChanges(table.name()).equals(old));
            for (int i = 0; i < 200; i++) {
                publish(change("new-" + i, "v", 1));
            }
            producer.flush();
            // As a process commits that has not noticed.
            Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
            for (int i = 0; i < TopicSettings.DEFAULT.changesPartitions(); i++) {
                positions.put(new TopicPartition(topic, i), new OffsetAndMetadata(3, old));
            }
            admin.alterConsumerGroupOffsets(PeerFeeds.group(here, peer), positions)
                    .all()
                    .get();
        }
        feeds();
        for (int i = 0; i < 200; i++) {
            awaitValue("new-" + i, "v");
        }
        assertThat(counted("nearside_replicator_feed_gaps_total")).isEqualTo(1);
    }

    @Test
    void topic_createdAgainWhileItIsRead_losesNothingOfTheNewOne() throws Exception {
        feeds();
        for (int i = 0; i < 50; i++) {
            publish(change("old-" + i, "v", 1));
        }
        awaitValue("old-49", "v");
        String topic = Topics.changes(peer, table.name());
        try (Admin admin = KAFKA.admin()) {
            String old = topicId(admin, topic);
            admin.deleteTopics(List.of(topic)).all().get();
            RegionTopics topics = new RegionTopics(admin, peer, TopicSettings.DEFAULT);
            await().atMost(SOON)
                    .ignoreExceptions()
                    .until(() -> !topics.ensureChanges(table.name()).equals(old));
        }
        for (int i = 0; i < 300; i++) {
            publish(change("new-" + i, "v", 1));
        }
        for (int i = 0; i < 300; i++) {
            awaitValue("new-" + i, "v");
        }
    }

    @Test
    void parkedKey_afterARestart_staysParkedUntilItIsReleased() {
        PeerFeeds first = feeds();
        publish(change("stuck", "x".repeat(400 * 1024), 1));
        await().atMost(SOON).until(() -> first.parkedKeys().contains(table.name(), key("stuck")));
        first.close();
        PeerFeeds second = feeds();
        publish(change("stuck", "small now", 2));
        publish(change("other", "v", 1));
        awaitValue("other", "v");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(second.parkedDesk().list(table.name()))
                        .singleElement()
                        .satisfies(
                                parked -> assertThat(parked.change().version()).isEqualTo(version(ELSEWHERE, 2))));
        assertThat(table.read(key("stuck"))).isNull();
        assertThat(second.parkedDesk().release(table.name())).isEqualTo(new ParkedDesk.Released(1, 0));
        awaitValue("stuck", "small now");
        assertThat(second.parkedKeys().size()).isZero();
        assertThat(second.parkedDesk().list(table.name())).isEmpty();
    }

    @Test
    void change_capturedBeforeTombstonesAreKept_isParked() {
        feeds();
        Change fresh = change("ancient", "a", 1);
        publish(new Change(
                fresh.kind(),
                fresh.table(),
                fresh.key(),
                fresh.keyAttributes(),
                fresh.image(),
                fresh.version(),
                null,
                null,
                Instant.now().minus(Duration.ofDays(30))));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(counted(
                                "nearside_replicator_changes_parked_total{peer=\"" + peer + "\",reason=\"too-old\""))
                        .isEqualTo(1));
        assertThat(table.read(key("ancient"))).isNull();
    }

    @Test
    void destination_throttlesOneKeyForEver_othersOfItsPartitionGoOn() {
        PeerFeeds feeds = feeds(key("hot")::equals, Reason.THROTTLED);
        publish(change("hot", "v", 1));
        for (int i = 0; i < 200; i++) {
            publish(change("cold-" + i, "v", 1));
        }
        for (int i = 0; i < 200; i += 40) {
            awaitValue("cold-" + i, "v");
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(feeds.failures(peer)).contains("refused by the test"));
        assertThat(feeds.status().get(peer)).isNotNull();
        assertThat(table.read(key("hot"))).isNull();
    }

    @Test
    void feed_closedWithWorkUnderWay_nextOneBeginsAtTheFrontier() {
        PeerFeeds first = feeds(key("blocked")::equals, Reason.UNAVAILABLE);
        publish(change("blocked", "v", 1));
        publish(change("behind", "v", 1));
        awaitValue("behind", "v");
        first.close();
        feeds();
        awaitValue("blocked", "v");
    }

    @Test
    void twoProcesses_oneOfThemStops_everyChangeEnds() {
        PeerFeeds first = feeds();
        feeds();
        for (int i = 0; i < 300; i++) {
            publish(change("shared-" + i, "v", 1));
            if (i == 150) {
                first.close();
            }
        }
        for (int i = 0; i < 300; i += 50) {
            awaitValue("shared-" + i, "v");
        }
        awaitValue("shared-299", "v");
    }

    @Test
    void changes_manyOfOneKey_endAtTheNewest() {
        feeds();
        for (int i = 1; i <= 400; i++) {
            publish(change("busy", "v" + i, i));
        }
        awaitValue("busy", "v400");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(counted("nearside_replicator_changes_applied_total")
                                + counted("nearside_replicator_changes_superseded_total"))
                        .isEqualTo(400));
    }

    /** A catalogue of one table. */
    private record OneTable(TableInfo info) implements TableCatalog {

        @Override
        public Map<String, TableInfo> tables() {
            return Map.of(info.name(), info);
        }

        @Override
        public void subscribe(Consumer<Map<String, TableInfo>> listener) {
            listener.accept(tables());
        }
    }

    /** Remembers what caches were told. */
    private record Told(ConcurrentLinkedQueue<Invalidation> invalidations) implements ChangeLog {

        @Override
        public CompletionStage<Void> publish(Change change) {
            throw new AssertionError("the applier publishes nothing");
        }

        @Override
        public CompletionStage<Void> invalidate(Invalidation invalidation) {
            invalidations.add(invalidation);
            return CompletableFuture.completedFuture(null);
        }
    }

    /** A table that refuses to write some keys. */
    private record Refusing(VersionedTable real, Predicate<ItemKey> refuses, Reason reason) implements VersionedTable {

        private static final AtomicInteger REFUSED = new AtomicInteger();

        @Override
        public String name() {
            return real.name();
        }

        @Override
        public KeySchema keySchema() {
            return real.keySchema();
        }

        @Override
        public @Nullable StoredItem read(ItemKey key) {
            return real.read(key);
        }

        @Override
        public StampOutcome stampOrSee(ItemKey key, @Nullable Stamp expected, Version fresh) {
            return real.stampOrSee(key, expected, fresh);
        }

        @Override
        public PutOutcome putIfNewer(ItemKey key, Item image, Version version) {
            if (refuses.test(key)) {
                throw new RetriableStoreException(reason, "refused by the test, " + REFUSED.incrementAndGet(), null);
            }
            return real.putIfNewer(key, image, version);
        }

        @Override
        public DeleteOutcome deleteIfOlder(ItemKey key, Version version) {
            return real.deleteIfOlder(key, version);
        }

        @Override
        public boolean deleteExactly(ItemKey key, Stamp stamp) {
            return real.deleteExactly(key, stamp);
        }
    }
}
