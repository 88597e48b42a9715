package io.nearside.replicator.table;

import io.nearside.replicator.metrics.ReplicatorMetrics;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the tombstone table again when somebody deletes it while the replicator runs.
 *
 * <p>Whoever meets the missing table reports it ({@link #missing}) and retries as after any outage; one thread here makes the table again, with
 * what else is kept in it, until that succeeds. What the tombstones said is lost: an older change that is still on its way can
 * bring a deleted item back. So a loss is logged as an error, counted, and shown in {@link #problem} until the replicator is restarted.
 */
public final class TombstoneKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TombstoneKeeper.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final String table;
    private final Runnable make;
    private final ReplicatorMetrics metrics;
    private final AtomicBoolean underWay = new AtomicBoolean();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "nearside-tombstone-table");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable String problem;

    /**
     * @param table its name, for people
     * @param make makes the table and what is kept in it, and does nothing where it is there
     */
    public TombstoneKeeper(String table, Runnable make, ReplicatorMetrics metrics) {
        this.table = table;
        this.make = make;
        this.metrics = metrics;
        metrics.start(ReplicatorMetrics.TOMBSTONE_TABLE_LOST);
    }

    /** The table is not there. Returns at once; any number of threads may say so at a time. */
    public void missing() {
        if (!executor.isShutdown() && underWay.compareAndSet(false, true)) {
            problem = "tombstone table " + table + " is gone: it is made again";
            LOG.atError().addKeyValue("table", table).log("the tombstone table is gone; it is made again");
            executor.execute(this::restore);
        }
    }

    private void restore() {
        try {
            make.run();
        } catch (RuntimeException e) {
            String sentence = "tombstone table " + table + " is gone and cannot be made again: " + e.getMessage();
            if (!sentence.equals(problem)) {
                LOG.atError().setCause(e instanceof StoreException ? null : e).log(sentence);
            }
            problem = sentence;
            if (!executor.isShutdown()) {
                var unused = executor.schedule(this::restore, RETRY.toMillis(), TimeUnit.MILLISECONDS);
            }
            return;
        }
        metrics.count(ReplicatorMetrics.TOMBSTONE_TABLE_LOST);
        LOG.atError()
                .addKeyValue("table", table)
                .log(
                        "the tombstone table was made again, without the tombstones that it held: older changes on their way may bring"
                                + " deleted items back; compare the regions with nearside replication verify");
        problem = "tombstone table " + table
                + " was deleted and has been made again: its tombstones are lost, compare the regions with"
                + " nearside replication verify";
        underWay.set(false);
    }

    /** What happened to the table since the replicator started, for status and readiness; null if nothing did. */
    public @Nullable String problem() {
        return problem;
    }

    /** Whether the table is missing now, as far as anybody met it. */
    public boolean isMissing() {
        return underWay.get();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
