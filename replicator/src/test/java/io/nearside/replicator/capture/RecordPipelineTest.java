package io.nearside.replicator.capture;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nearside.change.Change;
import io.nearside.change.Invalidation;
import io.nearside.change.StreamPosition;
import io.nearside.item.ItemKey;
import io.nearside.replicator.metrics.ReplicatorMetrics;
import io.nearside.replicator.table.FatalStoreException;
import io.nearside.replicator.table.RetriableStoreException;
import io.nearside.replicator.table.StoredItem;
import io.nearside.replicator.table.TableInfo;
import io.nearside.version.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class RecordPipelineTest {

    private static final Version FIRST = new Version(1 << 20, 1, 1);

    private final VirtualTime time = new VirtualTime();
    private final ShardFrontier frontier = new ShardFrontier();
    private final Map<ItemKey, Integer> written = new HashMap<>();
    private final List<CapturedRecord> settled = new ArrayList<>();
    private final Log log = new Log();
    private final List<ParkedRecord> parked = new ArrayList<>();
    private Settling settling = record -> Settled.silently(Settled.Outcome.STAMPED);
    private int sequence;

    private final RecordPipeline pipeline = new RecordPipeline(
            "table",
            new Settling() {
                @Override
                public Settled handle(CapturedRecord record) {
                    Settled outcome = settling.handle(record);
                    settled.add(record);
                    return outcome;
                }

                @Override
                public @Nullable CapturedRecord together(CapturedRecord first, CapturedRecord next) {
                    return first.followedBy(next);
                }
            },
            new InvalidationMaker(new TableInfo("table", "id", MemoryRegion.SCHEMA, List.of(), "arn"), "node"),
            log,
            this::park,
            new KeyedWorkers(time, time),
            time,
            new CaptureMetrics(new ReplicatorMetrics(new SimpleMeterRegistry())),
            () -> Instant.EPOCH.plusNanos(time.nanos()),
            Duration.ofSeconds(1));

    /** A Kafka that answers when it is told to, and refuses while it is away. */
    private final class Log implements ChangeLog {
        private final List<Change> published = new ArrayList<>();
        private boolean away;
        private @Nullable RandomGenerator slow;
        private int invalidations;

        private CompletionStage<Void> answer() {
            CompletableFuture<Void> answer = new CompletableFuture<>();
            RandomGenerator random = slow;
            Runnable reply = away
                    ? () -> answer.completeExceptionally(PublishException.retriable("away", new RuntimeException()))
                    : () -> answer.complete(null);
            if (random == null) {
                reply.run();
            } else {
                var unused = time.schedule(reply, random.nextInt(50), TimeUnit.MILLISECONDS);
            }
            return answer;
        }

        @Override
        public CompletionStage<Void> publish(Change change) {
            if (!away) {
                published.add(change);
            }
            return answer();
        }

        @Override
        public CompletionStage<Void> invalidate(Invalidation invalidation) {
            invalidations++;
            return answer();
        }
    }

    private CompletionStage<Void> park(ParkedRecord record) {
        if (!log.away) {
            parked.add(record);
        }
        return log.answer();
    }

    /** An application changes an item and leaves its version as it is: one more record of the key. */
    private void write(String id) {
        int before = written.merge(MemoryRegion.key(id), 1, Integer::sum) - 1;
        String number = String.valueOf(++sequence);
        ShardFrontier.Entry entry = frontier.begin(SequenceNumber.of(number), 0);
        var unused = pipeline.handle(new CapturedRecord(
                        MemoryRegion.key(id),
                        MemoryRegion.keys(id),
                        new StoredItem(MemoryRegion.item(id, String.valueOf(before)), FIRST),
                        new StoredItem(MemoryRegion.item(id, String.valueOf(before + 1)), FIRST),
                        false,
                        new StreamPosition("shard", number),
                        Instant.EPOCH,
                        Instant.EPOCH))
                .thenRun(entry::finish);
    }

    private void runUntil(Duration until) {
        boolean[] over = {false};
        Runnable end = () -> over[0] = true;
        var unused = time.schedule(end, until.toNanos() - time.nanos(), TimeUnit.NANOSECONDS);
        while (!over[0] && time.step()) {
            assertThatNothingIsAbandoned();
        }
    }

    private void runToTheEnd() {
        for (int i = 0; time.step(); i++) {
            assertThatNothingIsAbandoned();
            assertThat(i).as("steps until everything is done").isLessThan(200_000);
        }
    }

    private void assertThatNothingIsAbandoned() {
        assertThat(pipeline.abandoned()).as("records that nobody works on").isZero();
        assertThat(frontier.unfinished())
                .as("open entries of the frontier are works")
                .isEqualTo(pipeline.open());
    }

    @AfterEach
    void everyRecordIsDone() {
        log.away = false;
        runToTheEnd();
        assertThat(frontier.unfinished()).isZero();
        assertThat(frontier.inFlight()).isZero();
    }

    private static PublishException hopeless() {
        return PublishException.hopeless("too large", new RuntimeException());
    }

    private static Settled publishing(CapturedRecord record) {
        return new Settled(
                Settled.Outcome.PUBLISHED,
                List.of(new Change(
                        Change.Kind.DELETE,
                        "table",
                        record.key(),
                        record.keyAttributes(),
                        null,
                        FIRST,
                        null,
                        record.position(),
                        Instant.EPOCH)));
    }

    @Test
    void writesOfOneKey_absorbedWhileKafkaRefusesAndDynamoDbThrottles_areAllDoneInTheEnd() {
        boolean[] throttled = {true};
        settling = record -> {
            if (throttled[0]) {
                throw new RetriableStoreException(RetriableStoreException.Reason.THROTTLED, "slow", null);
            }
            return Settled.silently(Settled.Outcome.STAMPED);
        };
        log.away = true;
        write("a");
        write("a");
        write("a");
        runUntil(Duration.ofMillis(10));
        throttled[0] = false;
        runUntil(Duration.ofMillis(35));
        throttled[0] = true;
        write("a");
        runUntil(Duration.ofMillis(500));
        log.away = false;
        throttled[0] = false;
        runToTheEnd();

        assertThat(frontier.position()).isEqualTo(SequenceNumber.of("4"));
    }

    @Test
    void writes_whileSettlingAndKafkaFailAtRandom_areAllDoneInTheEnd() {
        for (long seed = 0; seed < 200; seed++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            log.slow = random;
            settling = record -> {
                int luck = random.nextInt(100);
                if (luck < 30) {
                    throw new RetriableStoreException(RetriableStoreException.Reason.THROTTLED, "slow", null);
                }
                if (luck == 30) {
                    throw new IllegalStateException("a bug of ours");
                }
                return luck < 70 ? publishing(record) : Settled.silently(Settled.Outcome.STAMPED);
            };
            int count = 5 + random.nextInt(40);
            for (int i = 0; i < count; i++) {
                log.away = random.nextInt(3) > 0;
                write("k" + random.nextInt(3));
                runUntil(Duration.ofNanos(time.nanos()).plusMillis(random.nextInt(60)));
            }
            log.away = false;
            runToTheEnd();

            assertThat(frontier.position()).as("seed %d", seed).isEqualTo(SequenceNumber.of(String.valueOf(sequence)));
        }
    }

    @Test
    void record_thatKafkaRefuses_isSettledOnce_andSentAgainUntilItIsTaken() {
        settling = RecordPipelineTest::publishing;
        log.away = true;
        write("a");
        runUntil(Duration.ofSeconds(30));

        assertThat(settled).hasSize(1);
        log.away = false;
        runToTheEnd();

        assertThat(settled).hasSize(1);
        assertThat(log.published).hasSize(1);
    }

    @Test
    void laterWrite_whileAnEarlierOneIsNotAcknowledged_isSettledWithoutWaiting() {
        log.away = true;
        write("a");
        runUntil(Duration.ofMillis(10));
        write("a");
        runUntil(Duration.ofMillis(20));

        assertThat(settled).hasSize(2);
    }

    @Test
    void invalidation_thatKafkaRefused_isSentAgain_whileDynamoDbThrottles() {
        boolean[] throttled = {true};
        settling = record -> {
            if (throttled[0]) {
                throw new RetriableStoreException(RetriableStoreException.Reason.THROTTLED, "slow", null);
            }
            return Settled.silently(Settled.Outcome.STAMPED);
        };
        log.away = true;
        write("a");
        runUntil(Duration.ofMillis(50));
        log.away = false;
        runUntil(Duration.ofSeconds(10));
        int told = log.invalidations;

        assertThat(told).isGreaterThan(1);
        throttled[0] = false;
        runToTheEnd();

        assertThat(log.invalidations).isEqualTo(told);
    }

    @Test
    void settling_thatFailsWithAnError_isTriedAgain_thenParked() {
        settling = record -> {
            throw new StackOverflowError();
        };
        write("a");
        runToTheEnd();

        assertThat(parked).hasSize(1);
        assertThat(frontier.position()).isEqualTo(SequenceNumber.of("1"));
    }

    @Test
    void record_thatCanNeverBeSettled_isParkedWithTheEarlierOnesItAbsorbed() {
        settling = record -> {
            throw new RetriableStoreException(RetriableStoreException.Reason.THROTTLED, "slow", null);
        };
        write("a");
        runUntil(Duration.ofMillis(10));
        write("a");
        settling = record -> {
            throw new FatalStoreException("too large", null);
        };
        runToTheEnd();

        assertThat(parked).hasSize(1);
        assertThat(frontier.position()).isEqualTo(SequenceNumber.of("2"));
    }

    @Test
    void change_thatKafkaWillNeverTake_isParked() {
        settling = RecordPipelineTest::publishing;
        ChangeLog refusing = new ChangeLog() {
            @Override
            public CompletionStage<Void> publish(Change change) {
                return CompletableFuture.failedFuture(hopeless());
            }

            @Override
            public CompletionStage<Void> invalidate(Invalidation invalidation) {
                throw new IllegalStateException("a bug of ours");
            }
        };
        RecordPipeline other = new RecordPipeline(
                "table",
                settling,
                new InvalidationMaker(new TableInfo("table", "id", MemoryRegion.SCHEMA, List.of(), "arn"), "node"),
                refusing,
                this::park,
                new KeyedWorkers(time, time),
                time,
                new CaptureMetrics(new ReplicatorMetrics(new SimpleMeterRegistry())),
                () -> Instant.EPOCH,
                Duration.ofSeconds(1));
        CompletionStage<Void> done = other.handle(new CapturedRecord(
                MemoryRegion.key("a"), MemoryRegion.keys("a"), null, null, false, null, null, Instant.EPOCH));
        while (time.step()) {
            assertThat(other.abandoned()).isZero();
        }

        assertThat(done.toCompletableFuture()).isCompleted();
        assertThat(parked).hasSize(1);
    }
}
