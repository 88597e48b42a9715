package io.nearside.replicator.capture;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where one table's records come from, and where it is remembered how far they came.
 *
 * <p>Delivers every record at least once, those of one key in the order of their writes, and remembers as captured only what the
 * handler has finished. Failures of the environment are retried for as long as the source runs and show in {@link #status}; none of
 * them ends it.
 */
public interface ChangeSource {

    /** Begins to deliver; returns at once. */
    void start();

    /** There may be something to deliver now: looks at once instead of when it is due. From any thread; does not block. */
    void hint();

    /** How it goes, as of now. */
    SourceStatus status();

    /** How many records were delivered and whose stage has not completed yet. */
    int unfinished();

    /** Stops delivering and remembers what is finished; records in flight are delivered again by whoever comes next. Does not block. */
    void close();

    /** Takes what a source delivers. Called from several threads, but for one shard from one at a time; must not block for long. */
    interface Handler {

        /**
         * Takes a record. The stage completes, never exceptionally, once the record is settled and acknowledged; if the
         * handler is stopped before, it never completes.
         */
        CompletionStage<Void> handle(CapturedRecord record);

        /** Takes a record that could not be read, which the source passes by as soon as the stage completes. */
        CompletionStage<Void> unreadable(UnreadableRecord record);

        /** Records were lost, or may have been. The source goes on with what is left, as soon as the stage completes. */
        CompletionStage<Void> gap(Gap gap);
    }

    /** A record that is not what a record of this table should be. */
    record UnreadableRecord(String table, String shard, String sequenceNumber, RuntimeException cause) {}

    /**
     * How a source does.
     *
     * @param shards the shards being read now
     * @param discovered whether the shards were listed at least once
     * @param failure what stands in the way now, one sentence; null if nothing does
     */
    record SourceStatus(
            List<ShardStatus> shards,
            boolean discovered,
            @Nullable String failure) {
        public SourceStatus {
            shards = List.copyOf(shards);
        }

        /** The largest lag of any shard: one stuck shard must not hide in an average. */
        public long lagMillis() {
            return shards.stream().mapToLong(ShardStatus::lagMillis).max().orElse(0);
        }
    }

    /**
     * How one shard does.
     *
     * @param frontier the last record up to which all are captured; null before the first
     * @param inFlight records read and not yet behind the frontier
     * @param lagMillis age of the oldest record known to exist and not captured, 0 if none is known; as coarse as the stream's times
     * @param stillMillis for how long the frontier has not moved although a record is in front of it, or the shard was not read although
     *     there is room
     * @param checkpointAgeMillis for how long the stored checkpoint has been behind the frontier, 0 if it is not
     * @param endSeen whether its end was seen since this process reads it; before that nobody can tell how much is left
     * @param failure what stands in the way now; null if nothing does
     */
    record ShardStatus(
            String shard,
            @Nullable String frontier,
            int inFlight,
            long lagMillis,
            long stillMillis,
            long checkpointAgeMillis,
            boolean endSeen,
            @Nullable String failure) {}
}
