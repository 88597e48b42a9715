package io.nearside.replicator.capture;

import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.replicator.table.StoreException;
import io.nearside.replicator.table.StoredItem;
import io.nearside.replicator.table.VersionedTable;
import io.nearside.version.Version;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the items that were deleted while records of the stream were lost: the region's own log says that they are there, and the
 * table does not have them. Each is settled as the removal whose record is missing.
 *
 * <p>Where the log is merely ahead of the tailer nothing wrong is done: the removal is settled twice, and the second time it is found done.
 * Items that only other regions ever wrote are not in this region's log, and are not found.
 *
 * <p>Reads one item per item in the log, no faster than told. Occupies one thread while it runs; a restart begins anew.
 */
final class MissedDeletes implements Sweep {

    private static final Logger LOG = LoggerFactory.getLogger(MissedDeletes.class);
    private static final int MOST_UNDER_WAY = 200;

    private final VersionedTable table;
    private final int incarnation;
    private final LoggedItems log;
    private final Function<CapturedRecord, CompletionStage<Void>> settler;
    private final Function<ScanProgress, CompletionStage<Void>> remember;
    private final long itemNanos;
    private final Executor worker;
    private final ScheduledExecutorService timer;
    private final InstantSource wall;
    private final Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));
    private final List<CompletableFuture<Void>> underWay = new ArrayList<>();
    private int found;
    private volatile boolean stopped;
    private volatile boolean done;
    private volatile @Nullable String failure;

    /** Ends a run from inside the log's loop. */
    private static final class StoppedException extends RuntimeException {}

    /**
     * @param settler settles one record for good
     * @param remember stores that it is done
     * @param itemsPerSecond the most items read per second, at least 1
     */
    MissedDeletes(
            VersionedTable table,
            int incarnation,
            LoggedItems log,
            Function<CapturedRecord, CompletionStage<Void>> settler,
            Function<ScanProgress, CompletionStage<Void>> remember,
            int itemsPerSecond,
            Executor worker,
            ScheduledExecutorService timer,
            InstantSource wall) {
        this.table = table;
        this.incarnation = incarnation;
        this.log = log;
        this.settler = settler;
        this.remember = remember;
        this.itemNanos = TimeUnit.SECONDS.toNanos(1) / itemsPerSecond;
        this.worker = worker;
        this.timer = timer;
        this.wall = wall;
    }

    @Override
    public void start() {
        try {
            worker.execute(this::run);
        } catch (RejectedExecutionException e) {
            stopped = true;
        }
    }

    private void run() {
        try {
            found = 0;
            log.forEach(table.name(), incarnation, this::check);
            awaitUnderWay();
            remember.apply(new ScanProgress.Done()).toCompletableFuture().join();
            done = true;
            failure = null;
            LOG.atInfo()
                    .addKeyValue("table", table.name())
                    .addKeyValue("deletes", found)
                    .log("looked for deletes that were missed");
        } catch (StoppedException e) {
            LOG.atDebug().addKeyValue("table", table.name()).log("stopped looking for deletes that were missed");
        } catch (RuntimeException e) {
            retry(e);
        }
    }

    private void retry(RuntimeException e) {
        if (!(e instanceof StoreException || e instanceof PublishException)) {
            LOG.atError()
                    .addKeyValue("table", table.name())
                    .setCause(e)
                    .log("looking for missed deletes failed; it is tried again");
        }
        failure = e.getMessage();
        try {
            var unused = timer.schedule(this::start, backoff.next().toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException rejected) {
            stopped = true;
        }
    }

    private void check(ItemKey key, Version logged) {
        LockSupport.parkNanos(itemNanos);
        if (stopped) {
            throw new StoppedException();
        }
        if (table.read(key) != null) {
            return;
        }
        found++;
        Item attributes = key.toItem(table.keySchema());
        underWay.add(settler.apply(new CapturedRecord(
                        key, attributes, new StoredItem(attributes, logged), null, false, null, null, wall.instant()))
                .toCompletableFuture());
        if (underWay.size() >= MOST_UNDER_WAY) {
            awaitUnderWay();
        }
    }

    private void awaitUnderWay() {
        CompletableFuture<Void> all = CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new));
        while (!all.isDone()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            if (stopped) {
                throw new StoppedException();
            }
        }
        underWay.clear();
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public @Nullable String failure() {
        return failure;
    }
}
