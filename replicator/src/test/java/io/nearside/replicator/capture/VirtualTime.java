package io.nearside.replicator.capture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * An executor whose tasks run on the thread of the test, one by one, in the order of their due times; time passes only from one to the
 * next. Not thread-safe.
 */
final class VirtualTime extends AbstractExecutorService implements ScheduledExecutorService {

    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(Comparator.<Due>comparingLong(due -> due.nanos).thenComparingLong(due -> due.number));
    private long now;
    private long numbers;
    private boolean shutdown;

    private final class Due extends FutureTask<Object> implements RunnableScheduledFuture<Object> {
        private final long nanos;
        private final long number = numbers++;

        private Due(Runnable task, long nanos) {
            super(task, null);
            this.nanos = nanos;
        }

        @Override
        public boolean isPeriodic() {
            return false;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(nanos - now, TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    /** Runs the next task; false if there is none. */
    boolean step() {
        Due next = queue.poll();
        if (next == null) {
            return false;
        }
        now = Math.max(now, next.nanos);
        next.run();
        return true;
    }

    long nanos() {
        return now;
    }

    @Override
    public void execute(Runnable task) {
        queue.add(new Due(task, now));
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        Due due = new Due(task, now + unit.toNanos(delay));
        queue.add(due);
        return due;
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("nothing under test needs it");
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long first, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("nothing under test needs it");
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("nothing under test needs it");
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        List<Runnable> left = new ArrayList<>(queue);
        queue.clear();
        return left;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown && queue.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return isTerminated();
    }
}
