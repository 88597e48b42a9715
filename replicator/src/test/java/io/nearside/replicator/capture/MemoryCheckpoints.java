package io.nearside.replicator.capture;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** The checkpoints of one table's one stream, in memory. */
final class MemoryCheckpoints implements CheckpointStore {

    final Map<String, Checkpoint> shards = new ConcurrentHashMap<>();
    final Map<String, ScanProgress> scan = new ConcurrentHashMap<>();
    volatile boolean refuses;

    StreamProgress progress() {
        return new StreamProgress(new HashMap<>(shards), new HashMap<>(scan), null);
    }

    @Override
    public TableProgress load(String table) {
        return new TableProgress(Map.of("arn", progress()), null);
    }

    private CompletionStage<Void> done(Runnable write) {
        if (refuses) {
            return CompletableFuture.failedFuture(
                    PublishException.retriable("refused", new IllegalStateException("refused")));
        }
        write.run();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> save(String table, String streamArn, String shard, Checkpoint checkpoint) {
        return done(() -> shards.put(shard, checkpoint));
    }

    @Override
    public CompletionStage<Void> saveScan(String table, String streamArn, String segment, ScanProgress progress) {
        return done(() -> scan.put(segment, progress));
    }

    @Override
    public CompletionStage<Void> saveLog(String table, String id) {
        return done(() -> {});
    }

    @Override
    public CompletionStage<Void> saveTable(String table, String streamArn, String identity) {
        return done(() -> {});
    }

    @Override
    public CompletionStage<Void> forget(String table, String streamArn, String shard) {
        return done(() -> shards.remove(shard));
    }

    @Override
    public CompletionStage<Void> forgetStream(String table, String streamArn) {
        return done(shards::clear);
    }
}
