package io.nearside.replicator.capture;

import io.nearside.replicator.capture.ChangeSource.Handler;
import io.nearside.replicator.capture.ChangeSource.UnreadableRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.Record;

import static java.util.Objects.requireNonNullElse;
import static org.assertj.core.api.Assertions.assertThat;

/** How long a shard rests after a page; what it does with records is {@link DynamoStreamSourceTest}'s. */
final class ShardReaderTest {

    private static final Duration POLL = Duration.ofMillis(80);
    private static final Duration IDLE_POLL = Duration.ofMillis(500);

    private final Pages pages = new Pages();
    private long millis;
    private final ShardReader reader = new ShardReader(
            new ShardReader.Place("table", "arn", "shard"),
            pages,
            new RecordParser(MemoryRegion.SCHEMA, "nearside:v", InstantSource.system()),
            new AtOnce(),
            new MemoryCheckpoints(),
            null,
            TailSettings.of(POLL, IDLE_POLL, Duration.ofMinutes(1)),
            () -> Instant.EPOCH.plusMillis(millis));

    /** Gives these pages, then empty ones. */
    private static final class Pages implements StreamApi {
        private final Deque<List<Record>> waiting = new ArrayDeque<>();
        private int written;

        void add(int records, long bytes) {
            waiting.add(IntStream.range(0, records)
                    .mapToObj(unused -> record(++written, bytes))
                    .toList());
        }

        private static Record record(int number, long bytes) {
            Record record = ScriptedStream.record(String.valueOf(number), "id-" + number);
            return record.toBuilder()
                    .dynamodb(record.dynamodb().toBuilder().sizeBytes(bytes).build())
                    .build();
        }

        @Override
        public List<ShardPlan.Listed> shards(String streamArn) {
            return List.of();
        }

        @Override
        public String iterator(String streamArn, String shard, @Nullable SequenceNumber after) {
            return "iterator";
        }

        @Override
        public Page read(String iterator) {
            return new Page(requireNonNullElse(waiting.poll(), List.of()), "iterator");
        }
    }

    private static final class AtOnce implements Handler {
        @Override
        public CompletionStage<Void> handle(CapturedRecord record) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> unreadable(UnreadableRecord record) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> gap(Gap gap) {
            return CompletableFuture.completedFuture(null);
        }
    }

    @Test
    void status_justTakenOver_isBehindUntilTheEndWasSeen() {
        assertThat(status(reader).isBehind()).isTrue();
        pages.add(3, 100);
        var unused = reader.step();
        assertThat(status(reader).isBehind()).isTrue();
        unused = reader.step();
        // One empty page may come before more.
        assertThat(status(reader).isBehind()).isTrue();
        unused = reader.step();
        assertThat(status(reader).isBehind()).isFalse();
    }

    private static CaptureStatus status(ShardReader reader) {
        return new CaptureStatus(
                "table", "arn", CaptureStatus.State.TAILING, List.of(reader.status()), 0, 0, null, null);
    }

    @Test
    void step_pageOfFewRecords_restsHalfThePollInterval() {
        pages.add(3, 100);

        assertThat(reader.step()).isEqualTo(POLL.dividedBy(2));
    }

    @Test
    void step_pageOfManyRecords_readsOnAtOnce() {
        pages.add(1_000, 100);

        assertThat(reader.step()).isZero();
    }

    @Test
    void step_pageOfFewLargeRecords_readsOnAtOnce() {
        pages.add(2, 400 << 10);

        assertThat(reader.step()).isZero();
    }

    @Test
    void step_emptyPages_pauseLongerEachTimeUpToThePollInterval_andBeginAgainAfterRecords() {
        assertThat(reader.step()).isEqualTo(POLL.dividedBy(8));
        assertThat(reader.step()).isEqualTo(POLL.dividedBy(4));
        assertThat(reader.step()).isEqualTo(POLL.dividedBy(2));
        assertThat(reader.step()).isEqualTo(POLL);
        assertThat(reader.step()).isEqualTo(POLL);

        pages.add(1, 100);
        reader.step();

        assertThat(reader.step()).isEqualTo(POLL.dividedBy(8));
    }

    @Test
    void step_noRecordsForTenSeconds_pausesGrowToTheIdlePollInterval() {
        settle();
        millis += 10_000;

        assertThat(reader.step()).isEqualTo(POLL);
        assertThat(reader.step()).isEqualTo(POLL.multipliedBy(2));
        assertThat(reader.step()).isEqualTo(POLL.multipliedBy(4));
        assertThat(reader.step()).isEqualTo(IDLE_POLL);
        assertThat(reader.step()).isEqualTo(IDLE_POLL);
    }

    @Test
    void hint_idleShard_isPolledAsEagerlyAsAfterRecords() {
        settle();
        millis += 60_000;
        settle();

        reader.hint();

        assertThat(reader.step()).isEqualTo(POLL.dividedBy(8));
        millis += 9_999;
        settle();
        assertThat(reader.step()).isEqualTo(POLL);
    }

    @Test
    void step_recordsOfAnIdleShard_makeItBusyAgain() {
        millis += 60_000;
        settle();
        pages.add(1, 100);

        assertThat(reader.step()).isEqualTo(POLL.dividedBy(2));
        assertThat(reader.step()).isEqualTo(POLL.dividedBy(8));
    }

    /** Polls until the pauses grow no more. */
    private void settle() {
        for (int polls = 0; polls < 10; polls++) {
            reader.step();
        }
    }
}
