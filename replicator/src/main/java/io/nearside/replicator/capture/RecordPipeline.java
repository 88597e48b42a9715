package io.nearside.replicator.capture;

import io.nearside.change.Change;
import io.nearside.change.StreamPosition;
import io.nearside.replicator.capture.ChangeSource.UnreadableRecord;
import io.nearside.replicator.table.FatalStoreException;
import io.nearside.replicator.table.RetriableStoreException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Capture of one table's records: publishes the invalidation immediately, settles the record in its key's lane, publishes the changes
 * it came to; the record is done once Kafka acknowledged all of them, or it is parked.
 *
 * <p>A record leaves its lane when it is settled, and never comes back: what Kafka refuses after that is sent again as it is, each
 * {@link Delivery} by itself, with growing pauses, for as long as the table is captured. So a slow or absent Kafka repeats no step on
 * DynamoDB, and a record keeps its place before the later ones of its key. Where settling fails for the environment's reasons, the record waits at
 * the head of its lane. A record that can never succeed is parked. Of a key that is written faster than it is settled, what waits is
 * settled as one where that comes to the same ({@link Settling#together}).
 *
 * <p><b>Invariant:</b> a record that was taken and is not done is in a lane, or being delivered, or absorbed by one that is;
 * {@link #abandoned} counts those for which this does not hold.
 */
final class RecordPipeline {

    private static final Logger LOG = LoggerFactory.getLogger(RecordPipeline.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

    private static final CompletableFuture<Void> NOTHING_TO_SEND = CompletableFuture.completedFuture(null);

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

    /** Taken and not done. */
    private final Set<Work> open = ConcurrentHashMap.newKeySet();

    /** Settled or given up, and not acknowledged yet. */
    private final Set<Work> delivering = ConcurrentHashMap.newKeySet();

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

    /** Captures a stream record; completes once it is done for good. Never throws. */
    CompletionStage<Void> handle(CapturedRecord record) {
        Delivery told = new Delivery(() -> log.invalidate(invalidations.of(record)));
        told.send();
        return take(new Work(record, told.acknowledged));
    }

    /** Captures a row of a scan, which changed nothing that a cache would have to know. Never throws. */
    CompletionStage<Void> handleRow(CapturedRecord row) {
        return take(new Work(row, NOTHING_TO_SEND));
    }

    private CompletionStage<Void> take(Work work) {
        open.add(work);
        workers.submit(work.own.key(), work);
        return work.done;
    }

    /** Parks a record that cannot be read. */
    CompletionStage<Void> unreadable(UnreadableRecord record) {
        LOG.atError()
                .addKeyValue("table", table)
                .addKeyValue("shard", record.shard())
                .addKeyValue("sequenceNumber", record.sequenceNumber())
                .setCause(record.cause())
                .log("a stream record cannot be read and is parked");
        return park(new ParkedRecord(
                table,
                null,
                new StreamPosition(record.shard(), record.sequenceNumber()),
                "the record cannot be read: " + record.cause(),
                wall.instant()));
    }

    private CompletableFuture<Void> park(ParkedRecord record) {
        Delivery parked = new Delivery(() -> parking.park(record));
        parked.send();
        return parked.acknowledged.thenRun(() -> metrics.parked(table));
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

    /**
     * How many records were taken, are not done, and are worked on by nobody: a bug of ours, for then the frontier stands still until the
     * table has another owner. Exact at any time: a record is found where it goes before it leaves where it was.
     */
    int abandoned() {
        Set<Work> unseen = new HashSet<>(open);
        workers.forEach(task -> {
            if (task instanceof Work work) {
                work.seenIn(unseen);
            }
        });
        delivering.forEach(work -> work.seenIn(unseen));
        unseen.removeIf(work -> work.done.isDone());
        return unseen.size();
    }

    /** How many records were taken and are not done. */
    int open() {
        return open.size();
    }

    /** Starts nothing any more; stages of records under way may never complete. */
    void close() {
        closed = true;
    }

    private void failed(String reason, Throwable cause) {
        metrics.retried(table, reason);
        failure = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
        LOG.atDebug()
                .addKeyValue("table", table)
                .addKeyValue("reason", reason)
                .setCause(cause)
                .log("a step of capture is tried again");
    }

    /** One record for Kafka, sent with growing pauses until it is acknowledged, or refused for good. */
    private final class Delivery {
        private final Supplier<CompletionStage<Void>> sender;
        private final CompletableFuture<Void> acknowledged = new CompletableFuture<>();
        private @Nullable Backoff backoff;
        private int unexpected;

        private Delivery(Supplier<CompletionStage<Void>> sender) {
            this.sender = sender;
        }

        private void send() {
            if (closed) {
                return;
            }
            CompletionStage<Void> sent;
            try {
                sent = sender.get();
            } catch (RuntimeException | Error e) {
                failed(e);
                return;
            }
            var unused = sent.whenComplete((ok, refused) -> {
                if (refused == null) {
                    acknowledged.complete(null);
                } else {
                    refused(refused);
                }
            });
        }

        private void refused(Throwable refused) {
            Throwable cause =
                    refused instanceof CompletionException && refused.getCause() != null ? refused.getCause() : refused;
            if (cause instanceof PublishException publishing && publishing.isHopeless()) {
                acknowledged.completeExceptionally(publishing);
            } else {
                again("log", cause);
            }
        }

        /** Our own code failed before anything was sent. */
        private void failed(Throwable e) {
            LOG.atError().addKeyValue("table", table).setCause(e).log("sending to Kafka failed");
            unexpected++;
            if (unexpected < UNEXPECTED_FAILURES) {
                again("unexpected", e);
            } else {
                acknowledged.completeExceptionally(e);
            }
        }

        private void again(String reason, Throwable cause) {
            RecordPipeline.this.failed(reason, cause);
            Backoff pauses = backoff;
            if (pauses == null) {
                pauses = new Backoff(FIRST_PAUSE, maxBackoff);
                backoff = pauses;
            }
            later(pauses.next(), this::send);
        }
    }

    /** One record on its way, with those before it that it absorbed: settled in its key's lane, then delivered. */
    private final class Work implements KeyedWorkers.Task {
        private final CapturedRecord own;
        private final CompletableFuture<Void> told;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final List<Work> absorbed = new ArrayList<>(0);
        private CapturedRecord record;
        private @Nullable Backoff backoff;
        private int unexpected;

        /** @param told completes when caches were told of it */
        private Work(CapturedRecord record, CompletableFuture<Void> told) {
            this.own = record;
            this.record = record;
            this.told = told;
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
            absorbed.addAll(before.absorbed);
            absorbed.add(before);
            return true;
        }

        private void seenIn(Set<Work> unseen) {
            unseen.remove(this);
            absorbed.forEach(unseen::remove);
        }

        @Override
        public Optional<Duration> run() {
            if (closed) {
                return Optional.empty();
            }
            try {
                Settled settled = settlement.handle(record);
                metrics.settled(table, settled.outcome());
                deliver(settled.changes());
                return Optional.empty();
            } catch (RetriableStoreException e) {
                failed(e.reason().label(), e);
                return Optional.of(pause());
            } catch (FatalStoreException e) {
                giveUp(e);
                return Optional.empty();
            } catch (RuntimeException | Error e) {
                return unexpected(e);
            }
        }

        private Duration pause() {
            Backoff pauses = backoff;
            if (pauses == null) {
                pauses = new Backoff(FIRST_PAUSE, maxBackoff);
                backoff = pauses;
            }
            return pauses.next();
        }

        private void deliver(List<Change> changes) {
            delivering.add(this);
            var unused = delivered(changes).whenComplete((ok, refused) -> {
                if (refused == null) {
                    captured();
                } else {
                    giveUp(refused instanceof CompletionException ? refused.getCause() : refused);
                }
            });
        }

        private CompletableFuture<Void> delivered(List<Change> changes) {
            if (changes.isEmpty() && absorbed.isEmpty()) {
                return told;
            }
            List<CompletableFuture<Void>> all = new ArrayList<>(1 + absorbed.size() + changes.size());
            all.add(told);
            absorbed.forEach(before -> all.add(before.told));
            for (Change change : changes) {
                Delivery published = new Delivery(() -> log.publish(change));
                published.send();
                all.add(published.acknowledged);
            }
            return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
        }

        private void captured() {
            failure = null;
            try {
                captured(own);
                absorbed.forEach(before -> {
                    metrics.settled(table, Settled.Outcome.OVERTAKEN);
                    captured(before.own);
                });
            } finally {
                finish();
            }
        }

        private void captured(CapturedRecord one) {
            metrics.captured(table, Duration.between(one.read(), wall.instant()));
        }

        private void finish() {
            absorbed.forEach(Work::ended);
            ended();
            delivering.remove(this);
        }

        private void ended() {
            done.complete(null);
            open.remove(this);
        }

        private Optional<Duration> unexpected(Throwable e) {
            LOG.atError()
                    .addKeyValue("table", table)
                    .addKeyValue("key", record.key())
                    .setCause(e)
                    .log("settling a record failed");
            unexpected++;
            if (unexpected < UNEXPECTED_FAILURES) {
                failed("unexpected", e);
                return Optional.of(pause());
            }
            giveUp(e);
            return Optional.empty();
        }

        private void giveUp(@Nullable Throwable e) {
            delivering.add(this);
            String why = String.valueOf(e == null ? null : e.getMessage());
            LOG.atError()
                    .addKeyValue("table", table)
                    .addKeyValue("key", record.key())
                    .addKeyValue("position", record.position())
                    .addKeyValue("why", why)
                    .log("a record can never be captured and is parked");
            var unused = park(new ParkedRecord(table, record.key(), record.position(), why, wall.instant()))
                    .whenComplete((ok, refused) -> finish());
        }
    }
}
