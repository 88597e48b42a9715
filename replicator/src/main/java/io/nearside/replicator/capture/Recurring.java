package io.nearside.replicator.capture;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task that says itself when it wants to run next, and that others may hurry; never runs twice at once. Thread-safe.
 *
 * <p>A run that throws is logged and runs again after a second.
 */
final class Recurring {

    private static final Logger LOG = LoggerFactory.getLogger(Recurring.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final ScheduledExecutorService executor;
    private final Supplier<Duration> task;

    private @Nullable ScheduledFuture<?> next;
    private boolean running;
    private boolean hurried;
    private boolean stopped;

    /**
     * @param executor shared, not closed here
     * @param task does one run and returns the pause before the next
     */
    Recurring(ScheduledExecutorService executor, Supplier<Duration> task) {
        this.executor = executor;
        this.task = task;
    }

    /** Runs as soon as possible; right after the present run, if there is one. Also starts it. */
    synchronized void hurry() {
        if (running) {
            hurried = true;
            return;
        }
        if (next != null) {
            next.cancel(false);
        }
        schedule(Duration.ZERO);
    }

    /** Runs no more; a run under way ends by itself. */
    synchronized void stop() {
        stopped = true;
        if (next != null) {
            next.cancel(false);
        }
    }

    private synchronized void schedule(Duration pause) {
        if (stopped) {
            return;
        }
        try {
            next = executor.schedule(this::run, pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            stopped = true;
        }
    }

    private void run() {
        if (!begin()) {
            return;
        }
        Duration pause = AFTER_FAILURE;
        try {
            pause = task.get();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a recurring task failed; it runs again");
        } finally {
            end(pause);
        }
    }

    private synchronized boolean begin() {
        if (stopped || running) {
            return false;
        }
        running = true;
        return true;
    }

    private synchronized void end(Duration pause) {
        running = false;
        boolean atOnce = hurried;
        hurried = false;
        schedule(atOnce ? Duration.ZERO : pause);
    }
}
