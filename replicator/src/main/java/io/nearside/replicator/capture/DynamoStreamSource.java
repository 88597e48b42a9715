package io.nearside.replicator.capture;

import io.nearside.replicator.capture.CheckpointStore.StreamProgress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of one table, all its shards: lists them, reads parents before children and each to its end.
 *
 * <p>Shards are listed when it starts, at each interval, as soon as one ends (then again with growing pauses until its
 * children are there), and when records of one were lost and nothing comes after them. A child is always read from its beginning. Runs on an executor that it shares with other tables; a shard takes
 * a thread of it for the time of one poll, never two at once.
 */
final class DynamoStreamSource implements ChangeSource {

    private static final Logger LOG = LoggerFactory.getLogger(DynamoStreamSource.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(50);

    private final String table;
    private final String streamArn;
    private final StreamApi api;
    private final RecordParser parser;
    private final Handler handler;
    private final CheckpointStore store;
    private final TailSettings settings;
    private final ScheduledExecutorService executor;
    private final InstantSource wall;

    /** What is known of shards, read or being read; of an unfinished one only that it is begun counts. */
    private final Map<String, Checkpoint> known;

    private final Map<String, ShardReader> readers = new ConcurrentHashMap<>();

    /** The polling of each shard in {@link #readers}. */
    private final Map<String, Recurring> polls = new ConcurrentHashMap<>();

    /** Ended shards whose children have not been listed yet. */
    private final Set<String> childless = ConcurrentHashMap.newKeySet();

    private final Backoff retry;
    private final Recurring discovery;
    private @Nullable CompletableFuture<Void> gapReport;
    private volatile boolean closed;
    private volatile boolean discovered;
    private volatile @Nullable String failure;

    /**
     * @param progress how far the stream was captured before
     * @param executor shared, not closed here
     */
    DynamoStreamSource(
            String table,
            String streamArn,
            StreamApi api,
            RecordParser parser,
            Handler handler,
            CheckpointStore store,
            StreamProgress progress,
            TailSettings settings,
            ScheduledExecutorService executor,
            InstantSource wall) {
        this.table = table;
        this.streamArn = streamArn;
        this.api = api;
        this.parser = parser;
        this.handler = handler;
        this.store = store;
        this.settings = settings;
        this.executor = executor;
        this.wall = wall;
        this.known = new ConcurrentHashMap<>(progress.shards());
        this.retry = new Backoff(FIRST_RETRY, settings.discoveryInterval());
        this.discovery = new Recurring(executor, this::discover);
    }

    @Override
    public void start() {
        discovery.hurry();
    }

    private Duration discover() {
        try {
            List<ShardPlan.Listed> listing = api.shards(streamArn);
            listing.forEach(this::note);
            follow(ShardPlan.of(listing, known));
            discovered = true;
            failure = null;
        } catch (StreamException e) {
            failure = "the shards of the stream cannot be listed: " + e.getMessage();
            return retry.next();
        }
        if (!childless.isEmpty()) {
            return retry.next();
        }
        retry.reset();
        return settings.discoveryInterval();
    }

    private void note(ShardPlan.Listed shard) {
        if (shard.parent() != null) {
            childless.remove(shard.parent());
        }
        ShardReader reader = readers.get(shard.id());
        if (reader != null && shard.closed()) {
            reader.noteClosed();
        }
    }

    private void follow(ShardPlan plan) {
        if (gapReport != null && !gapReport.isDone()) {
            return;
        }
        if (plan.gaps().isEmpty()) {
            enact(plan);
            return;
        }
        gapReport = handler.gap(gap(plan.gaps()))
                .thenRunAsync(() -> enact(plan), executor)
                .toCompletableFuture();
    }

    private Gap gap(List<ShardPlan.Lost> lost) {
        Set<String> shards = new HashSet<>();
        lost.forEach(loss -> shards.add(loss.shard()));
        String what = lost.get(0).reason() == Gap.Reason.SHARD_VANISHED
                ? "not read to their end and no longer listed: "
                : "listed, but what came before them is neither listed nor known to have been read: ";
        return new Gap(lost.get(0).reason(), table, streamArn, "shards " + what + shards);
    }

    private synchronized void enact(ShardPlan plan) {
        if (closed) {
            return;
        }
        plan.abandoned().forEach(this::forget);
        plan.forgettable().forEach(this::forget);
        plan.readable().forEach(this::read);
        // Children of an abandoned shard may be readable only now.
        if (!plan.abandoned().isEmpty()) {
            discovery.hurry();
        }
    }

    private void forget(String shard) {
        known.remove(shard);
        readers.remove(shard);
        stopPolling(shard);
        childless.remove(shard);
        var unused = store.forget(table, streamArn, shard);
    }

    private void read(String shard) {
        if (readers.containsKey(shard) || known.get(shard) instanceof Checkpoint.Done) {
            return;
        }
        Checkpoint from = known.get(shard);
        ShardReader reader = new ShardReader(
                new ShardReader.Place(table, streamArn, shard), api, parser, handler, store, from, settings, wall);
        known.put(shard, from == null ? new Checkpoint.Begun() : from);
        readers.put(shard, reader);
        LOG.atDebug().addKeyValue("table", table).addKeyValue("shard", shard).log("reading a shard");
        Recurring polling = new Recurring(executor, () -> step(shard, reader));
        polls.put(shard, polling);
        polling.hurry();
    }

    private void stopPolling(String shard) {
        Recurring polling = polls.remove(shard);
        if (polling != null) {
            polling.stop();
        }
    }

    private Duration step(String shard, ShardReader reader) {
        Duration pause = reader.step();
        if (reader.isFinished()) {
            ended(shard);
        } else if (reader.wantsListing()) {
            discovery.hurry();
        }
        if (reader.isRemembered()) {
            readers.remove(shard, reader);
            stopPolling(shard);
        }
        return pause;
    }

    @Override
    public void hint() {
        readers.values().forEach(ShardReader::hint);
        polls.values().forEach(Recurring::hurry);
    }

    private void ended(String shard) {
        Checkpoint before = known.put(shard, new Checkpoint.Done());
        if (!(before instanceof Checkpoint.Done)) {
            LOG.atDebug()
                    .addKeyValue("table", table)
                    .addKeyValue("shard", shard)
                    .log("read a shard to its end");
            childless.add(shard);
            discovery.hurry();
        }
    }

    @Override
    public SourceStatus status() {
        return new SourceStatus(
                readers.values().stream().map(ShardReader::status).toList(), discovered, failure());
    }

    @Override
    public int unfinished() {
        return readers.values().stream().mapToInt(ShardReader::unfinished).sum();
    }

    private @Nullable String failure() {
        if (failure != null) {
            return failure;
        }
        for (ShardReader reader : readers.values()) {
            ShardStatus status = reader.status();
            if (status.failure() != null) {
                return "shard " + status.shard() + " cannot be read: " + status.failure();
            }
        }
        return null;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            discovery.stop();
            polls.values().forEach(Recurring::stop);
            readers.values().forEach(ShardReader::saveNow);
        }
    }
}
