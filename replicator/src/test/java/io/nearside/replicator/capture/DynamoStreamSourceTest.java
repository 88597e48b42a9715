package io.nearside.replicator.capture;

import io.nearside.item.AttributeValue;
import io.nearside.replicator.capture.StreamException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

final class DynamoStreamSourceTest {

    private static final TailSettings SETTINGS = new TailSettings(
            Duration.ofMillis(5),
            Duration.ofMillis(5),
            Duration.ofMillis(20),
            Duration.ofMillis(1),
            10,
            Duration.ofMillis(20));

    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(2);
    private final ScriptedStream stream = new ScriptedStream();
    private final MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    private final Sink sink = new Sink();

    /** How far the wall clock has been put forward, in seconds. */
    private final AtomicLong ahead = new AtomicLong();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    /** Finishes every record at once, unless told to hold it. */
    private static final class Sink implements ChangeSource.Handler {
        final List<String> handled = Collections.synchronizedList(new ArrayList<>());
        final List<Gap> gaps = Collections.synchronizedList(new ArrayList<>());
        final List<String> unreadable = Collections.synchronizedList(new ArrayList<>());
        final Map<String, CompletableFuture<Void>> held = Collections.synchronizedMap(new LinkedHashMap<>());

        void hold(String id) {
            held.put(id, new CompletableFuture<>());
        }

        void release(String id) {
            Objects.requireNonNull(held.get(id)).complete(null);
        }

        @Override
        public CompletionStage<Void> handle(CapturedRecord record) {
            String id = ((AttributeValue.S)
                            Objects.requireNonNull(record.keyAttributes().get("id")))
                    .value();
            handled.add(id);
            CompletableFuture<Void> waiting = held.get(id);
            return waiting == null ? CompletableFuture.completedFuture(null) : waiting;
        }

        @Override
        public CompletionStage<Void> unreadable(ChangeSource.UnreadableRecord record) {
            unreadable.add(record.sequenceNumber());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> gap(Gap gap) {
            gaps.add(gap);
            return CompletableFuture.completedFuture(null);
        }
    }

    private ChangeSource start() {
        return start(SETTINGS);
    }

    private ChangeSource start(TailSettings settings) {
        ChangeSource source = new DynamoStreamSource(
                "table",
                "arn",
                stream,
                new RecordParser(MemoryRegion.SCHEMA, "nearside:v", InstantSource.system()),
                sink,
                checkpoints,
                checkpoints.progress(),
                settings,
                executor,
                () -> Instant.now().plusSeconds(ahead.get()));
        source.start();
        return source;
    }

    private void awaitHandled(String... ids) {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(sink.handled).containsExactly(ids));
    }

    private void awaitCheckpoint(String shard, Checkpoint expected) {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(checkpoints.shards).containsEntry(shard, expected));
    }

    @Test
    void children_areReadFromTheirBeginning_afterTheirParentsEnd() { // R18
        stream.open("parent", null);
        stream.write("parent", "a");
        stream.close("parent");
        stream.open("child", "parent");
        stream.write("child", "b");
        sink.hold("a");
        start();
        awaitHandled("a");
        assertThat(stream.opened).containsExactly("parent");

        sink.release("a");

        awaitHandled("a", "b");
        assertThat(stream.asked).containsExactly("parent TRIM_HORIZON", "child TRIM_HORIZON");
        awaitCheckpoint("parent", new Checkpoint.Done());
    }

    @Test
    void shardWithoutRecords_isRememberedAsBegun() {
        stream.open("shard", null);
        start();

        awaitCheckpoint("shard", new Checkpoint.Begun());
    }

    @Test
    void checkpoint_staysBehindTheFirstRecordThatIsNotAcknowledged() { // R20
        stream.open("shard", null);
        List.of("a", "b", "c").forEach(id -> stream.write("shard", id));
        sink.hold("b");
        ChangeSource source = start();
        awaitHandled("a", "b", "c");
        awaitCheckpoint("shard", new Checkpoint.At("001"));
        assertThat(source.status().shards().get(0).inFlight()).isEqualTo(2);

        sink.release("b");

        awaitCheckpoint("shard", new Checkpoint.At("003"));
    }

    @Test
    void restart_goesOnAfterTheCheckpoint() { // R20
        stream.open("shard", null);
        List.of("a", "b", "c").forEach(id -> stream.write("shard", id));
        checkpoints.shards.put("shard", new Checkpoint.At("002"));
        start();

        awaitHandled("c");
        assertThat(sink.gaps).isEmpty();
    }

    @Test
    void checkpointThatIsRefused_isStoredLater() {
        stream.open("shard", null);
        stream.write("shard", "a");
        checkpoints.refuses = true;
        start();
        awaitHandled("a");

        checkpoints.refuses = false;

        awaitCheckpoint("shard", new Checkpoint.At("001"));
    }

    @Test
    void expiredIterator_isFetchedAnewByTheLastRecordRead() { // R18
        stream.open("shard", null);
        stream.write("shard", "a");
        start();
        awaitHandled("a");

        stream.failNext(Kind.EXPIRED);
        stream.write("shard", "b");

        awaitHandled("a", "b");
        assertThat(stream.asked).containsExactly("shard TRIM_HORIZON", "shard 001");
        assertThat(sink.gaps).isEmpty();
    }

    @Test
    void throttling_orAnyOtherFailure_isRiddenOut() { // R22
        stream.open("shard", null);
        start();
        await().atMost(Duration.ofMinutes(1)).until(() -> !stream.opened.isEmpty());

        stream.failNext(Kind.THROTTLED);
        stream.failNext(Kind.UNAVAILABLE);
        stream.write("shard", "a");

        awaitHandled("a");
        assertThat(sink.gaps).isEmpty();
    }

    @Test
    void beginningThatIsRefusedOnce_isNoGap() { // R32
        stream.open("shard", null);
        stream.write("shard", "a");
        stream.failNext(Kind.TRIMMED);
        start();

        awaitHandled("a");
        assertThat(sink.gaps).isEmpty();
    }

    @Test
    void recordsTrimmedAfterTheCheckpoint_areAGap_andWhatIsLeftIsRead() { // R17
        stream.open("shard", null);
        List.of("a", "b", "c", "d").forEach(id -> stream.write("shard", id));
        checkpoints.shards.put("shard", new Checkpoint.At("001"));
        stream.trim("shard", 3);
        start();

        awaitHandled("d");
        assertThat(sink.gaps).extracting(Gap::reason).containsExactly(Gap.Reason.TRIMMED);
    }

    @Test
    void shardThatVanishedBeforeItsEnd_isAGap_andItsChildIsRead() { // R17
        stream.open("child", "parent");
        stream.write("child", "b");
        checkpoints.shards.put("parent", new Checkpoint.At("001"));
        start();

        awaitHandled("b");
        assertThat(sink.gaps).extracting(Gap::reason).contains(Gap.Reason.SHARD_VANISHED);
        await().atMost(Duration.ofMinutes(1)).until(() -> !checkpoints.shards.containsKey("parent"));
    }

    @Test
    void shardWhoseParentWasNeverSeen_isAGap() { // R17
        stream.open("grandchild", "child");
        stream.write("grandchild", "c");
        checkpoints.shards.put("parent", new Checkpoint.Done());
        start();

        awaitHandled("c");
        assertThat(sink.gaps).extracting(Gap::reason).containsExactly(Gap.Reason.LINEAGE_BROKEN);
    }

    @Test
    void streamSeenForTheFirstTime_hasNoGap_whateverItsHistory() {
        stream.open("grandchild", "child");
        stream.write("grandchild", "c");
        start();

        awaitHandled("c");
        assertThat(sink.gaps).isEmpty();
    }

    @Test
    void finishedShard_isForgotten_onceItIsGoneAndItsChildIsBegun() {
        stream.open("child", "parent");
        checkpoints.shards.put("parent", new Checkpoint.Done());
        start();

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(checkpoints.shards).containsOnlyKeys("child"));
        assertThat(sink.gaps).isEmpty();
    }

    @Test
    void twoShards_areReadSideBySide_andAStuckOneShows() { // R31
        stream.open("one", null);
        stream.open("two", null);
        stream.write("one", "a");
        sink.hold("a");
        ChangeSource source = start();
        awaitHandled("a");

        stream.write("two", "b");

        awaitHandled("a", "b");
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(source.status().shards())
                        .filteredOn(shard -> shard.lagMillis() > 0)
                        .extracting(ChangeSource.ShardStatus::shard)
                        .containsExactly("one"));
    }

    @Test
    void shardWhoseFrontierStops_standsStillForAsLong_andTheOthersDoNot() { // R31
        stream.open("one", null);
        stream.open("two", null);
        stream.write("one", "a");
        sink.hold("a");
        ChangeSource source = start();
        awaitHandled("a");
        await().atMost(Duration.ofMinutes(1))
                .until(() -> source.status().shards().size() == 2);
        source.status();
        ahead.addAndGet(3_600);
        stream.write("two", "b");
        awaitHandled("a", "b");
        await().atMost(Duration.ofMinutes(1)).until(() -> still(source, "two") < 3_000_000);

        assertThat(still(source, "one")).isGreaterThan(3_500_000);
        sink.release("a");
        await().atMost(Duration.ofMinutes(1)).until(() -> still(source, "one") < 3_000_000);
    }

    private static long still(ChangeSource source, String shard) {
        return source.status().shards().stream()
                .filter(status -> status.shard().equals(shard))
                .mapToLong(ChangeSource.ShardStatus::stillMillis)
                .sum();
    }

    @Test
    void shardWithTooMuchInFlight_isNotReadOn() {
        stream.open("shard", null);
        sink.hold("0");
        for (int i = 0; i < 40; i++) {
            stream.write("shard", String.valueOf(i));
        }
        ChangeSource source = start();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> source.status().shards().get(0).inFlight() >= 10);
        assertThat(sink.handled).hasSizeLessThan(15);

        sink.release("0");

        await().atMost(Duration.ofMinutes(1)).until(() -> sink.handled.size() == 40);
    }

    @Test
    void hollowShard_endsInsteadOfHoldingUpItsChild() { // R32
        stream.open("parent", null);
        stream.write("parent", "a");
        stream.trim("parent", 1);
        stream.close("parent");
        stream.open("child", "parent");
        stream.write("child", "b");
        checkpoints.shards.put("parent", new Checkpoint.Begun());
        for (int i = 0; i < 6; i++) {
            stream.failNext(Kind.TRIMMED);
        }
        start();

        awaitHandled("b");
        assertThat(sink.gaps).extracting(Gap::reason).containsExactly(Gap.Reason.TRIMMED);
    }

    @Test
    void shardThatIsClosedAfterItsRecordsWereTrimmed_isNoticedLongBeforeTheNextListing() { // R17, R32
        stream.open("parent", null);
        List.of("a", "b").forEach(id -> stream.write("parent", id));
        checkpoints.shards.put("parent", new Checkpoint.At("001"));
        stream.trim("parent", 2);
        start(new TailSettings(
                SETTINGS.pollInterval(),
                SETTINGS.idlePollInterval(),
                Duration.ofHours(1),
                SETTINGS.checkpointInterval(),
                SETTINGS.maxInFlight(),
                SETTINGS.maxBackoff()));
        await().atMost(Duration.ofMinutes(1)).until(() -> !sink.gaps.isEmpty());

        stream.closeSilently("parent");
        stream.open("child", "parent");
        stream.write("child", "c");

        awaitHandled("c");
        assertThat(sink.gaps).extracting(Gap::reason).containsExactly(Gap.Reason.TRIMMED);
    }
}
