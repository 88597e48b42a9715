package io.nearside.replicator.capture;

import io.nearside.replicator.capture.CaptureStatus.State;
import io.nearside.replicator.capture.ChangeSource.SourceStatus;
import io.nearside.replicator.capture.ChangeSource.UnreadableRecord;
import io.nearside.replicator.capture.CheckpointStore.StreamProgress;
import io.nearside.replicator.capture.CheckpointStore.TableProgress;
import io.nearside.replicator.capture.ScanSegment.Purpose;
import io.nearside.replicator.table.MergingTable;
import io.nearside.replicator.table.TableInfo;
import io.nearside.replicator.table.VersionedTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures one table for as long as it is this process's to capture: tails its stream and, where needed, scans it.
 *
 * <pre>
 *   STARTING ──▶ SCANNING ──▶ TAILING ◀──▶ RESYNCING      and from each of them ──▶ STOPPED
 *       └────────────────────────┘ (a stream that was captured before)
 * </pre>
 *
 * <p>Where no other region takes changes, nothing is scanned and there is no topic: the stream is tailed for the caches' sake.
 *
 * <p>A stream without any checkpoint is a table's first, and the table is scanned; if the table had another stream before, or
 * records of this one were lost, that is a gap, and the scan is a resynchronisation. That a scan is due is remembered before
 * anything is read on, so a crash does not lose it.
 */
final class TableCapture implements ChangeSource.Handler, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TableCapture.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration UPKEEP = Duration.ofSeconds(5);

    /** In place of a topic's id, which has 22 characters, while no changes are published. */
    private static final String NO_LOG = "none";

    private final TableInfo table;
    private final int incarnation;
    private final String streamArn;
    private final CaptureParts parts;
    private final CaptureSettings settings;
    private final ScheduledExecutorService timer;
    private final Executor workers;
    private final CaptureMetrics metrics;
    private final RecordPipeline pipeline;
    private final Recurring begin;
    private final Recurring upkeep;
    private final Backoff retry;
    private final Map<ScanSegment, Sweep> sweeps = new HashMap<>();
    private @Nullable ChangeSource source;
    private @Nullable Gap lastGap;
    private boolean closed;
    private volatile @Nullable String log;
    private volatile @Nullable String failure;
    private volatile int abandoned;

    /**
     * @param table has a stream
     * @param incarnation which of the tables that had this name it is
     * @param timer polls shards and scans; shared
     * @param workers settles records; shared
     */
    TableCapture(
            TableInfo table,
            int incarnation,
            CaptureParts parts,
            CaptureSettings settings,
            ScheduledExecutorService timer,
            Executor workers) {
        this.table = table;
        this.incarnation = incarnation;
        this.streamArn = Objects.requireNonNull(table.streamArn(), "streamArn");
        this.parts = parts;
        this.settings = settings;
        this.timer = timer;
        this.workers = workers;
        this.metrics = new CaptureMetrics(parts.metrics());
        metrics.begin(table.name());
        ChangeLog changes = new IncarnationLog(parts.log(), any -> incarnation);
        this.pipeline = new RecordPipeline(
                table.name(),
                settling(table, parts, settings),
                new InvalidationMaker(table, settings.nodeId()),
                changes,
                parts.parking(),
                new KeyedWorkers(workers, timer),
                timer,
                metrics,
                parts.wall(),
                settings.tail().maxBackoff());
        this.begin = new Recurring(timer, this::begin);
        this.upkeep = new Recurring(timer, this::upkeep);
        this.retry = new Backoff(FIRST_RETRY, settings.tail().maxBackoff());
    }

    private static Settling settling(TableInfo table, CaptureParts parts, CaptureSettings settings) {
        if (!settings.publishes()) {
            return new InvalidationOnly();
        }
        VersionedTable opened = parts.opener().apply(table);
        MergingTable merging = opened.merging();
        Settling whole = merging == null
                ? new Settlement(opened, parts.tombstones(), parts.clock(), parts.wall())
                : new AttributeSettlement(merging, parts.tombstones(), parts.clock(), parts.wall());
        return new PartialRecords(whole, opened::read);
    }

    TableInfo table() {
        return table;
    }

    int incarnation() {
        return incarnation;
    }

    void start() {
        begin.hurry();
    }

    private Duration begin() {
        try {
            String topic = settings.publishes() ? parts.ensureTopic().apply(table.name()) : NO_LOG;
            TableProgress progress = parts.checkpoints().load(table.name());
            failure = null;
            log = topic;
            begin(progress, topic);
            begin.stop();
            upkeep.hurry();
            return UPKEEP;
        } catch (PublishException e) {
            failure = e.getMessage();
            return retry.next();
        }
    }

    /** How many records were read, are not captured, and are worked on by nobody; see {@link RecordPipeline#abandoned}. */
    int abandoned() {
        return pipeline.abandoned();
    }

    private void lookForAbandoned() {
        int found = pipeline.abandoned();
        if (found > 0 && abandoned == 0) {
            LOG.atError()
                    .addKeyValue("table", table.name())
                    .addKeyValue("records", found)
                    .log("records of the stream are worked on by nobody; only a restart of this process captures them");
        }
        abandoned = found;
    }

    /** While something is in the way it may be that somebody deleted our topic. */
    private Duration upkeep() {
        lookForAbandoned();
        if (settings.publishes() && pipeline.failure() != null) {
            try {
                var unused = parts.ensureTopic().apply(table.name());
            } catch (PublishException e) {
                LOG.atDebug().addKeyValue("table", table.name()).setCause(e).log("the topic cannot be seen to");
            }
        }
        return UPKEEP;
    }

    /** Whether this capture began on another topic than the one of this id, and must begin anew. */
    boolean hasAnotherLog(String id) {
        String mine = log;
        return mine != null && !mine.equals(id);
    }

    private void begin(TableProgress progress, String topic) {
        boolean sameLog = topic.equals(progress.log());
        if (!sameLog && NO_LOG.equals(progress.log())) {
            beginAnew(topic);
            return;
        }
        if (!sameLog && progress.log() != null && settings.publishes()) {
            publishAgain(topic);
            return;
        }
        if (!sameLog) {
            var unused = remember(() -> parts.checkpoints().saveLog(table.name(), topic));
        }
        begin(progress);
    }

    private void publishAgain(String topic) {
        Gap gap = new Gap(
                Gap.Reason.LOG_LOST,
                table.name(),
                streamArn,
                "the topic of the table's changes was deleted and created again");
        LOG.atError()
                .addKeyValue("table", gap.table())
                .addKeyValue("reason", gap.reason().label())
                .log(
                        "the topic of a table's changes was deleted and created again; what the table and its stream hold is"
                                + " published again");
        metrics.gap(gap.table(), gap.reason());
        synchronized (this) {
            lastGap = gap;
        }
        beginAnew(topic);
    }

    /**
     * Begins as if the table had never been captured: the stream from the first record that is left, and every item. Both keep the
     * versions that they have, so what a region knows already, or knows better, changes nothing there. The topic is remembered last: a crash
     * before that begins anew once more.
     */
    private void beginAnew(String topic) {
        remember(() -> parts.checkpoints().forgetStream(table.name(), streamArn))
                .thenCompose(forgotten -> require(initial()))
                .thenCompose(required -> remember(() -> parts.checkpoints().saveLog(table.name(), topic)))
                .thenRun(this::firstTaken);
    }

    private void begin(TableProgress progress) {
        StreamProgress known = progress.streams().getOrDefault(streamArn, StreamProgress.NONE);
        if (!known.equals(StreamProgress.NONE)) {
            tail(known);
            sweep(unfinished(known.scan()));
        } else if (progress.streams().isEmpty()) {
            require(initial()).thenRun(this::firstTaken);
        } else if (progress.streams().values().stream().allMatch(this::isOfFormerTable)) {
            List<ScanSegment> all = segments(Purpose.RESYNC);
            require(all).thenRun(() -> {
                LOG.atInfo()
                        .addKeyValue("table", table.name())
                        .addKeyValue("incarnation", incarnation)
                        .log("capturing a table that was deleted and created again");
                progress.streams().keySet().forEach(this::forgetStream);
                tail(StreamProgress.NONE);
                sweep(pending(all));
            });
        } else {
            gap(new Gap(
                            Gap.Reason.NEW_STREAM,
                            table.name(),
                            streamArn,
                            "the table had another stream before: it was switched off and on, or the table was made anew"))
                    .thenRun(() -> {
                        progress.streams().keySet().forEach(this::forgetStream);
                        tail(StreamProgress.NONE);
                    });
        }
    }

    /** Its records say nothing about the table that has the name now, so nothing of this one was lost. */
    private boolean isOfFormerTable(StreamProgress stream) {
        return stream.identity() != null && !TableInfo.isSame(stream.identity(), table.identity());
    }

    private void firstTaken() {
        LOG.atInfo()
                .addKeyValue("table", table.name())
                .addKeyValue("stream", streamArn)
                .log("capturing the table for the first time");
        tail(StreamProgress.NONE);
        sweep(pending(initial()));
    }

    private void forgetStream(String old) {
        var unused = parts.checkpoints().forgetStream(table.name(), old);
    }

    private synchronized void tail(StreamProgress progress) {
        if (closed || source != null) {
            return;
        }
        ChangeSource fresh = new DynamoStreamSource(
                table.name(),
                streamArn,
                new DynamoStreamApi(parts.streams()),
                new RecordParser(table.keySchema(), settings.versionAttribute(), parts.wall()),
                this,
                parts.checkpoints(),
                progress,
                settings.tail(),
                timer,
                parts.wall());
        source = fresh;
        fresh.start();
    }

    /** The segments that a restart goes on with; an unfinished resynchronisation makes an initial scan needless. */
    private static Map<ScanSegment, ScanProgress> unfinished(Map<String, ScanProgress> stored) {
        Map<ScanSegment, ScanProgress> segments = new HashMap<>();
        stored.forEach((text, progress) -> {
            ScanSegment segment = ScanSegment.ofText(text);
            if (segment != null) {
                segments.put(segment, progress);
            }
        });
        boolean resync = segments.keySet().stream().anyMatch(segment -> segment.purpose() != Purpose.INITIAL);
        segments.entrySet()
                .removeIf(entry -> entry.getValue() instanceof ScanProgress.Done
                        || (resync && entry.getKey().purpose() == Purpose.INITIAL));
        return segments;
    }

    private List<ScanSegment> initial() {
        return segments(Purpose.INITIAL);
    }

    /** A scan gives versions to items and publishes them, and does nothing for caches. */
    private List<ScanSegment> segments(Purpose purpose) {
        return settings.publishes() ? ScanSegment.all(purpose, settings.scanSegments()) : List.of();
    }

    private List<ScanSegment> resync(Gap gap) {
        List<ScanSegment> segments = new ArrayList<>(segments(Purpose.RESYNC));
        // With a new stream the table itself may be another one: that its items are gone says nothing about the other
        // regions'.
        if (settings.publishes() && gap.reason() != Gap.Reason.NEW_STREAM) {
            segments.addAll(ScanSegment.all(Purpose.MISSED_DELETES, 1));
        }
        return segments;
    }

    private static Map<ScanSegment, ScanProgress> pending(List<ScanSegment> segments) {
        Map<ScanSegment, ScanProgress> pending = new HashMap<>();
        segments.forEach(segment -> pending.put(segment, new ScanProgress.Pending()));
        return pending;
    }

    private synchronized void sweep(Map<ScanSegment, ScanProgress> segments) {
        if (closed) {
            return;
        }
        segments.forEach((segment, progress) -> {
            Sweep sweep =
                    segment.purpose() == Purpose.MISSED_DELETES ? missedDeletes(segment) : scan(segment, progress);
            sweeps.put(segment, sweep);
            sweep.start();
        });
    }

    private Sweep scan(ScanSegment segment, ScanProgress progress) {
        return new TableScan(
                table.name(),
                streamArn,
                segment,
                progress,
                table.keySchema(),
                new DynamoTableRows(
                        parts.dynamoDb(),
                        table,
                        settings.versionAttribute(),
                        parts.readBudgets().apply(table.name())),
                pipeline::handleRow,
                parts.checkpoints(),
                settings.scanRowsPerSecond(),
                timer,
                parts.wall());
    }

    private Sweep missedDeletes(ScanSegment segment) {
        return new MissedDeletes(
                parts.opener().apply(table),
                incarnation,
                parts.logged(),
                pipeline::handleRow,
                progress -> parts.checkpoints().saveScan(table.name(), streamArn, segment.toText(), progress),
                settings.scanRowsPerSecond() * settings.scanSegments(),
                workers,
                timer,
                parts.wall());
    }

    /** Remembers that the table must be swept from its beginning; completes when that is stored. */
    private CompletionStage<Void> require(List<ScanSegment> segments) {
        return remember(() -> CompletableFuture.allOf(Stream.concat(
                        Stream.of(parts.checkpoints().saveTable(table.name(), streamArn, table.identity())),
                        segments.stream()
                                .map(segment -> parts.checkpoints()
                                        .saveScan(
                                                table.name(), streamArn, segment.toText(), new ScanProgress.Pending())))
                .map(CompletionStage::toCompletableFuture)
                .toArray(CompletableFuture[]::new)));
    }

    /** Writes until it is written. */
    private CompletionStage<Void> remember(Supplier<CompletionStage<Void>> write) {
        CompletableFuture<Void> stored = new CompletableFuture<>();
        store(write, new Backoff(FIRST_RETRY, settings.tail().maxBackoff()), stored);
        return stored;
    }

    private void store(Supplier<CompletionStage<Void>> write, Backoff backoff, CompletableFuture<Void> stored) {
        var unused = write.get().whenComplete((ok, refused) -> {
            if (refused == null) {
                failure = null;
                stored.complete(null);
                return;
            }
            failure = refused.getMessage();
            try {
                var unusedTimer = timer.schedule(
                        () -> store(write, backoff, stored), backoff.next().toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.atDebug().addKeyValue("table", table.name()).log("the process is stopping");
            }
        });
    }

    @Override
    public CompletionStage<Void> handle(CapturedRecord record) {
        return pipeline.handle(record);
    }

    @Override
    public CompletionStage<Void> unreadable(UnreadableRecord record) {
        return pipeline.unreadable(record);
    }

    @Override
    public CompletionStage<Void> gap(Gap gap) {
        LOG.atError()
                .addKeyValue("table", gap.table())
                .addKeyValue("reason", gap.reason().label())
                .addKeyValue("stream", gap.streamArn())
                .addKeyValue("detail", gap.detail())
                .log("records of a stream were lost; the table is resynchronised");
        metrics.gap(gap.table(), gap.reason());
        synchronized (this) {
            lastGap = gap;
            sweeps.values().forEach(Sweep::stop);
            sweeps.clear();
        }
        List<ScanSegment> segments = resync(gap);
        return require(segments).thenRun(() -> sweep(pending(segments)));
    }

    /** Somebody wrote to the table. */
    synchronized void hint() {
        if (source != null) {
            source.hint();
        }
    }

    synchronized CaptureStatus status() {
        List<Sweep> all = List.copyOf(sweeps.values());
        int scanned = (int) all.stream().filter(Sweep::isDone).count();
        SourceStatus tail = source == null ? null : source.status();
        return new CaptureStatus(
                table.name(),
                streamArn,
                state(scanned == all.size()),
                tail == null ? List.of() : tail.shards(),
                scanned,
                all.size(),
                lastGap == null ? null : lastGap.reason().label() + ": " + lastGap.detail(),
                failure(tail, all));
    }

    private State state(boolean allScanned) {
        if (closed) {
            return State.STOPPED;
        }
        if (source == null) {
            return State.STARTING;
        }
        if (allScanned) {
            return State.TAILING;
        }
        boolean resync = sweeps.keySet().stream().anyMatch(segment -> segment.purpose() != Purpose.INITIAL);
        return resync ? State.RESYNCING : State.SCANNING;
    }

    private @Nullable String failure(@Nullable SourceStatus tail, List<Sweep> all) {
        if (abandoned > 0) {
            return abandoned + " records of the stream are worked on by nobody; restart this process";
        }
        if (failure != null) {
            return failure;
        }
        if (tail != null && tail.failure() != null) {
            return tail.failure();
        }
        if (pipeline.failure() != null) {
            return pipeline.failure();
        }
        return all.stream()
                .map(Sweep::failure)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Stops; what is captured is remembered, what is under way is captured again by the table's next owner. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        begin.stop();
        upkeep.stop();
        sweeps.values().forEach(Sweep::stop);
        if (source != null) {
            source.close();
        }
        pipeline.close();
    }
}
