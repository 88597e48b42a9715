package io.nearside.replicator.capture;

import io.nearside.replicator.liveness.WorkShare;
import io.nearside.replicator.table.TableCatalog;
import io.nearside.replicator.table.TableIncarnations;
import io.nearside.replicator.table.TableInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Captures every table that is there, has a stream and is this process's share.
 *
 * <p>Follows the catalogue and the share: takes tables up, drops them, and takes a table up anew when its stream, identity or indexes change.
 * Owns the threads that all tables share. Nothing that happens to a table ends it.
 */
public final class CaptureService implements AutoCloseable {

    private static final Duration RECONCILE_INTERVAL = Duration.ofSeconds(5);
    private static final Duration READ_AHEAD_INTERVAL = Duration.ofSeconds(2);
    private static final Duration SURVEY_INTERVAL = Duration.ofMillis(250);
    private static final long SURVEY_COUNTS_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final CaptureParts parts;
    private final CaptureSettings settings;
    private final TableCatalog catalog;
    private final TableIncarnations incarnations;
    private final TableShare share;
    private final ScheduledExecutorService timer;
    private final ThreadPoolExecutor workers;
    private final Recurring reconcile;
    private final Recurring survey;
    private final Recurring readAhead;
    private final Map<String, TableCapture> captures = new TreeMap<>();
    private final CaptureGauges gauges;
    private volatile @Nullable Survey latest;
    private boolean closed;

    private record Survey(WorkShare share, long nanos) {}

    public CaptureService(
            CaptureParts parts,
            CaptureSettings settings,
            TableCatalog catalog,
            TableIncarnations incarnations,
            TableShare share) {
        this.parts = parts;
        this.settings = settings;
        this.catalog = catalog;
        this.incarnations = incarnations;
        this.share = share;
        this.timer = timer(settings.readers());
        this.workers = new ThreadPoolExecutor(
                settings.workers(),
                settings.workers(),
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                threads("nearside-capture-worker-"));
        this.workers.allowCoreThreadTimeOut(true);
        this.reconcile = new Recurring(timer, this::reconcile);
        this.survey = new Recurring(timer, this::survey);
        this.readAhead = new Recurring(timer, this::readAhead);
        this.gauges = new CaptureGauges(parts.metrics());
    }

    private static ScheduledExecutorService timer(int threads) {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(threads, threads("nearside-capture-reader-"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
    }

    private static ThreadFactory threads(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = Executors.defaultThreadFactory().newThread(task);
            thread.setName(prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Begins to capture what there is, now and from now on. */
    public void start() {
        catalog.subscribe(tables -> reconcile.hurry());
        share.subscribe(this::shareChanged);
        survey.hurry();
        readAhead.hurry();
    }

    /** Has the tables looked at again soon: it was settled, or is not any more, which of them may be captured. */
    public void tablesSettled() {
        reconcile.hurry();
    }

    /** Who takes a table over from a process that died must not first have to read what all processes stored since it began. */
    private Duration readAhead() {
        parts.checkpoints().readAhead();
        return READ_AHEAD_INTERVAL;
    }

    private Duration survey() {
        List<CaptureStatus> tables = status();
        int behind = (int) tables.stream().filter(CaptureStatus::isBehind).count();
        latest = new Survey(new WorkShare(tables.size(), behind), System.nanoTime());
        return SURVEY_INTERVAL;
    }

    /** What this process has of the region's tables, a moment old; null if that cannot be told now. Never blocks. */
    public @Nullable WorkShare workShare() {
        Survey known = latest;
        return known == null || System.nanoTime() - known.nanos() > SURVEY_COUNTS_NANOS ? null : known.share();
    }

    /** What is no longer ours is dropped before the call returns, so that its next owner finds our last checkpoints. */
    private void shareChanged() {
        dropOthers();
        reconcile.hurry();
    }

    private Duration reconcile() {
        dropOthers();
        takeUp();
        gauges.show(status());
        return RECONCILE_INTERVAL;
    }

    private synchronized void dropOthers() {
        captures.values().removeIf(capture -> {
            Integer incarnation = incarnations.of(capture.table());
            boolean drop = !capture.table().equals(catalog.table(capture.table().name()))
                    || incarnation == null
                    || incarnation != capture.incarnation()
                    || !share.owns(capture.table().name());
            if (drop) {
                capture.close();
            }
            return drop;
        });
    }

    /** The tables that this process captures. */
    public synchronized Set<String> tables() {
        return Set.copyOf(captures.keySet());
    }

    /** Takes note of which topic a table's changes go to now; a table that went to another one is taken up anew. */
    public void logIs(String table, String id) {
        synchronized (this) {
            TableCapture capture = captures.get(table);
            if (capture == null || !capture.hasAnotherLog(id)) {
                return;
            }
            captures.remove(table);
            capture.close();
        }
        reconcile.hurry();
    }

    private synchronized void takeUp() {
        if (closed) {
            return;
        }
        for (TableInfo table : catalog.tables().values()) {
            if (table.streamArn() != null && share.owns(table.name()) && !captures.containsKey(table.name())) {
                Integer incarnation = incarnations.of(table);
                if (incarnation != null) {
                    TableCapture capture = new TableCapture(table, incarnation, parts, settings, timer, workers);
                    captures.put(table.name(), capture);
                    capture.start();
                }
            }
        }
    }

    /**
     * Items of the region may have been written just now: their tables' streams are read at once, though they may be idle.
     *
     * @param tables which; empty for all
     */
    public synchronized void hint(Set<String> tables) {
        captures.forEach((name, capture) -> {
            if (tables.isEmpty() || tables.contains(name)) {
                capture.hint();
            }
        });
    }

    /** How every table of this process's share does, by name. */
    public synchronized List<CaptureStatus> status() {
        return captures.values().stream().map(TableCapture::status).toList();
    }

    /** How many records were read, are not captured, and are worked on by nobody: 0, or there is a bug. */
    public synchronized int abandoned() {
        return captures.values().stream().mapToInt(TableCapture::abandoned).sum();
    }

    /** Stops every table, remembering what is captured. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            captures.values().forEach(TableCapture::close);
            captures.clear();
        }
        reconcile.stop();
        survey.stop();
        readAhead.stop();
        timer.shutdown();
        workers.shutdown();
    }
}
