package io.nearside.replicator.capture;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Remembers, across processes and restarts, how far each table's stream was captured and its initial scan came.
 *
 * <p>The last write of an entry wins. Two owners of a table may write at once: each writes only what is true, so the worst that
 * comes of it is that records are captured twice. Safe from any thread.
 */
public interface CheckpointStore {

    /**
     * Everything known about a table, as of now or later: what any process wrote before this call is in the answer.
     *
     * @throws PublishException if the store cannot be read for now
     */
    TableProgress load(String table);

    /** Sets a shard's checkpoint. The stage fails with a {@link PublishException} if it was not stored. */
    CompletionStage<Void> save(String table, String streamArn, String shard, Checkpoint checkpoint);

    /**
     * Reads what was stored since the last time, so that the next {@link #load} has little to read. Blocks; to be called now and then;
     * what fails is left to the load.
     */
    default void readAhead() {}

    /** Sets how far one segment of the scan that goes with a stream came. */
    CompletionStage<Void> saveScan(String table, String streamArn, String segment, ScanProgress progress);

    /** Remembers of which table, by its identity, a stream is: a table created again has another one under the same name. */
    CompletionStage<Void> saveTable(String table, String streamArn, String identity);

    /** Forgets a shard that is no longer needed to tell a gap. */
    CompletionStage<Void> forget(String table, String streamArn, String shard);

    /** Forgets everything about a stream that is gone. */
    CompletionStage<Void> forgetStream(String table, String streamArn);

    /** Remembers the id of the topic that a table's changes are published to. */
    CompletionStage<Void> saveLog(String table, String id);

    /**
     * What is known about one table.
     *
     * @param streams by stream ARN
     * @param log the id of the topic that its changes were published to; null if it is not known
     */
    record TableProgress(
            Map<String, StreamProgress> streams, @Nullable String log) {
        public TableProgress {
            streams = Map.copyOf(streams);
        }
    }

    /**
     * What is known about one stream of a table.
     *
     * @param shards checkpoints by shard id
     * @param scan progress by segment
     * @param identity the identity of the table whose stream it is; null if that was not remembered
     */
    record StreamProgress(
            Map<String, Checkpoint> shards,
            Map<String, ScanProgress> scan,
            @Nullable String identity) {
        /** Nothing known. */
        static final StreamProgress NONE = new StreamProgress(Map.of(), Map.of(), null);

        public StreamProgress {
            shards = Map.copyOf(shards);
            scan = Map.copyOf(scan);
        }
    }
}
