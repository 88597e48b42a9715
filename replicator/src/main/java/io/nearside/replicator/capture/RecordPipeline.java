package io.nearside.replicator.capture;

import io.nearside.replicator.capture.ChangeSource.UnreadableRecord;
import io.nearside.replicator.table.FatalStoreException;
import io.nearside.replicator.table.RetriableStoreException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to each record of one table: caches are told, the record is settled, and it counts as done when the log has both.
 *
 * <p>Whatever fails for the environment's reasons is tried again from the start, with growing pauses, for as long as the table is
 * captured; a record that can never succeed is parked. Settling is in order per key; acknowledgements need not be. Of a key that is
 * written faster than it is settled, what waits is settled as one where that comes to the same
 * ({@link Settling#together}).
 */
final class RecordPipeline {

    private static final Logger LOG = LoggerFactory.getLogger(RecordPipeline.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

    /** So often our own code may fail on one record before it is parked. */
    private static final int UNEXPECTED_FAILURES = 5;

    private final String table;
    private final Settling settlement;
    private final InvalidationMaker invalidations;
    private final ChangeLog log;
    private final ParkingLot parking;
    private final KeyedWorkers workers;
    private final ScheduledExecutorService timer;
    private final CaptureMetrics metrics;
    private final InstantSource wall;
    private final Duration maxBackoff;
    private volatile boolean closed;
    private volatile @Nullable String failure;

    RecordPipeline(
            String table,
            Settling settlement,
            InvalidationMaker invalidations,
            ChangeLog log,
            ParkingLot parking,
            KeyedWorkers workers,
            ScheduledExecutorService timer,
            CaptureMetrics metrics,
            InstantSource wall,
            Duration maxBackoff) {
        this.table = table;
        this.settlement = settlement;
        this.invalidations = invalidations;
        this.log = log;
        this.parking = parking;
        this.workers = workers;
        this.timer = timer;
        this.metrics = metrics;
        this.wall = wall;
        this.maxBackoff = maxBackoff;
    }

    /** Takes a stream record: tells caches at once, then settles. The stage completes when it is done for good. */
    CompletionStage<Void> handle(CapturedRecord record) {
        Work work = new Work(record, true);
        work.tell();
        workers.submit(record.key(), work);
        return work.done;
    }

    /** Takes a row of a scan, which changed nothing that a cache would have to know. */
    CompletionStage<Void> handleRow(CapturedRecord row) {
        Work work = new Work(row, false);
        workers.submit(row.key(), work);
        return work.done;
    }

    /** Takes a record that cannot be read. */
    CompletionStage<Void> unreadable(UnreadableRecord record) {
        LOG.atError()
                .addKeyValue("table", table)
                .addKeyValue("shard", record.shard())
                .addKeyValue("sequenceNumber", record.sequenceNumber())
                .setCause(record.cause())
                .log("a stream record cannot be read and is parked");
        CompletableFuture<Void> done = new CompletableFuture<>();
        park(
                new ParkedRecord(
                        table,
                        null,
                        new io.nearside.change.StreamPosition(record.shard(), record.sequenceNumber()),
                        "the record cannot be read: " + record.cause(),
                        wall.instant()),
                new Backoff(FIRST_PAUSE, maxBackoff),
                done);
        return done;
    }

    private void park(ParkedRecord record, Backoff backoff, CompletableFuture<Void> done) {
        var unused = parking.park(record).whenComplete((parked, refused) -> {
            if (refused == null) {
                metrics.parked(table);
                done.complete(null);
            } else {
                later(backoff.next(), () -> park(record, backoff, done));
            }
        });
    }

    private void later(Duration pause, Runnable task) {
        if (closed) {
            return;
        }
        try {
            var unused = timer.schedule(task, pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            closed = true;
        }
    }

    /** What stands in the way now, one sentence; null if nothing does. */
    @Nullable String failure() {
        return failure;
    }

    /** Starts nothing any more; stages of records under way may never complete. */
    void close() {
        closed = true;
    }

    /**
     * One record on its way, with those before it that it took over. Its runs follow one another; {@link #told} is set by whoever
     * runs.
     */
    private final class Work implements KeyedWorkers.Task {
        private final CapturedRecord own;
        private CapturedRecord record;
        private List<Work> absorbed = new ArrayList<>(0);
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final Backoff backoff = new Backoff(FIRST_PAUSE, maxBackoff);
        private volatile CompletionStage<Void> told = CompletableFuture.completedFuture(null);
        private final boolean tells;
        private int unexpected;

        private Work(CapturedRecord record, boolean tells) {
            this.own = record;
            this.record = record;
            this.tells = tells;
        }

        @Override
        public boolean absorbs(KeyedWorkers.Task earlier) {
            if (!(earlier instanceof Work before)) {
                return false;
            }
            CapturedRecord both = settlement.together(before.record, record);
            if (both == null) {
                return false;
            }
            record = both;
            absorbed = before.absorbed;
            absorbed.add(before);
            return true;
        }

        private void tell() {
            told = log.invalidate(invalidations.of(own));
        }

        private void tellAgain() {
            if (tells) {
                tell();
            }
        }

        private CompletionStage<Void> allTold() {
            CompletableFuture<?>[] all = new CompletableFuture<?>[absorbed.size() + 1];
            for (int i = 0; i < absorbed.size(); i++) {
                all[i] = absorbed.get(i).told.toCompletableFuture();
            }
            all[absorbed.size()] = told.toCompletableFuture();
            return CompletableFuture.allOf(all);
        }

        private void finish() {
            done.complete(null);
            absorbed.forEach(before -> before.done.complete(null));
        }

        @Override
        public Optional<Duration> run() {
            if (closed) {
                return Optional.empty();
            }
            try {
                Settled settled = settlement.handle(record);
                metrics.settled(table, settled.outcome());
                awaitAcknowledgement(settled);
                return Optional.empty();
            } catch (RetriableStoreException e) {
                failed(e.reason().label(), e);
                return Optional.of(backoff.next());
            } catch (FatalStoreException e) {
                giveUp(e);
                return Optional.empty();
            } catch (RuntimeException e) {
                return unexpected(e);
            }
        }

        private void awaitAcknowledgement(Settled settled) {
            CompletionStage<Void> allTold = absorbed.isEmpty() ? told : allTold();
            var unused = settled.acknowledged().runAfterBoth(allTold, () -> {}).whenComplete((ok, refused) -> {
                if (refused == null) {
                    failure = null;
                    captured(own);
                    absorbed.forEach(before -> {
                        metrics.settled(table, Settled.Outcome.OVERTAKEN);
                        captured(before.own);
                    });
                    finish();
                } else {
                    refused(refused);
                }
            });
        }

        private void captured(CapturedRecord one) {
            metrics.captured(table, Duration.between(one.read(), wall.instant()));
        }

        private void refused(Throwable refused) {
            Throwable cause =
                    refused instanceof CompletionException && refused.getCause() != null ? refused.getCause() : refused;
            if (cause instanceof PublishException publishing && publishing.isHopeless()) {
                giveUp(publishing);
                return;
            }
            failed("log", cause);
            later(backoff.next(), this::again);
        }

        private void again() {
            tellAgain();
            absorbed.forEach(Work::tellAgain);
            workers.submit(record.key(), this);
        }

        private Optional<Duration> unexpected(RuntimeException e) {
            LOG.atError()
                    .addKeyValue("table", table)
                    .addKeyValue("key", record.key())
                    .setCause(e)
                    .log("settling a record failed");
            unexpected++;
            if (unexpected < UNEXPECTED_FAILURES) {
                failed("unexpected", e);
                return Optional.of(backoff.next());
            }
            giveUp(e);
            return Optional.empty();
        }

        private void failed(String reason, Throwable cause) {
            metrics.retried(table, reason);
            failure = cause.getMessage();
            LOG.atDebug()
                    .addKeyValue("table", table)
                    .addKeyValue("reason", reason)
                    .setCause(cause)
                    .log("a record is tried again");
        }

        private void giveUp(RuntimeException e) {
            LOG.atError()
                    .addKeyValue("table", table)
                    .addKeyValue("key", record.key())
                    .addKeyValue("position", record.position())
                    .addKeyValue("why", e.getMessage())
                    .log("a record can never be captured and is parked");
            CompletableFuture<Void> parked = new CompletableFuture<>();
            park(
                    new ParkedRecord(
                            table, record.key(), record.position(), String.valueOf(e.getMessage()), wall.instant()),
                    backoff,
                    parked);
            var unused = parked.thenRun(this::finish);
        }
    }
}
