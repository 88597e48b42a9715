package io.nearside.replicator.capture;

import io.nearside.replicator.capture.ChangeSource.ShardStatus;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the capture of one table does.
 *
 * @param shards the shards being read
 * @param scanned segments of the scan that are done
 * @param scanSegments segments of the scan, 0 if there is none
 * @param gap the last gap since this process took the table, in a sentence; null if there was none
 * @param failure what stands in the way now, in a sentence; null if nothing does
 */
public record CaptureStatus(
        String table,
        String streamArn,
        State state,
        List<ShardStatus> shards,
        int scanned,
        int scanSegments,
        @Nullable String gap,
        @Nullable String failure) {

    /** For how long DynamoDB keeps the records of a stream. */
    private static final Duration STREAM_RETENTION = Duration.ofHours(24);

    /** Where a table's capture stands. */
    public enum State {
        /** Reading its checkpoints, making its topic. */
        STARTING("starting"),
        /** Tailing, and publishing what was in the table before. */
        SCANNING("scanning"),
        /** Tailing, and settling the whole table after a gap. */
        RESYNCING("resyncing"),
        /** Tailing. */
        TAILING("tailing"),
        /** No longer captured by this process. */
        STOPPED("stopped");

        private final String label;

        State(String label) {
            this.label = label;
        }

        /** The state as the status shows it. */
        public String label() {
            return label;
        }
    }

    public CaptureStatus {
        shards = List.copyOf(shards);
    }

    /** Whether the table is captured with nothing in the way and no gap open. */
    public boolean isReady() {
        return failure == null && (state == State.TAILING || state == State.SCANNING);
    }

    /** Whether something of the table is not captured, or it is not known that everything is. */
    public boolean isBehind() {
        return failure != null
                || state != State.TAILING
                || !isEndSeen()
                || shards.stream().anyMatch(shard -> shard.inFlight() > 0 || shard.lagMillis() > 0);
    }

    /** Whether the end of every shard was seen since this process took the table; until then its lag is not known. */
    public boolean isEndSeen() {
        return !shards.isEmpty() && shards.stream().allMatch(ShardStatus::endSeen);
    }

    /** The largest lag of any shard. */
    public long lagMillis() {
        return shards.stream().mapToLong(ShardStatus::lagMillis).max().orElse(0);
    }

    /** For how long the frontier of any shard has stood still with something in front of it. */
    public long stillMillis() {
        return shards.stream().mapToLong(ShardStatus::stillMillis).max().orElse(0);
    }

    /** For how long the stored checkpoint of any shard has been behind what is captured. */
    public long checkpointAgeMillis() {
        return shards.stream().mapToLong(ShardStatus::checkpointAgeMillis).max().orElse(0);
    }

    /** How long until DynamoDB drops the oldest record known and not captured; negative once it may have. */
    public long retentionLeftMillis() {
        return STREAM_RETENTION.toMillis() - lagMillis();
    }
}
