package io.nearside.load.replication;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Sends numbered writes with a bounded number under way: as fast as they are answered, or at a rate. Fails with the first
 * write that failed.
 */
final class Writers {
    private static final int UNDER_WAY = 32;

    private final IntFunction<CompletableFuture<?>> write;
    private final Semaphore permits = new Semaphore(UNDER_WAY);
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /**
     * @param write sends the write of a number
     */
    Writers(IntFunction<CompletableFuture<?>> write) {
        this.write = write;
    }

    /** Writes as fast as it goes for so long; returns how many were answered per second. */
    double ratePerSecond(Duration time) {
        long start = System.nanoTime();
        int made = writeFor(time, 0);
        return made / ((System.nanoTime() - start) / 1e9);
    }

    /** Writes for so long and waits for the answers; returns how many writes this made. */
    int writeFor(Duration time, double ratePerSecond) {
        return write(time, ratePerSecond, Integer.MAX_VALUE);
    }

    /** Writes as fast as it goes, for so long or so many; returns how many writes this made. */
    int writeAtMost(int writes, Duration time) {
        return write(time, 0, writes);
    }

    private int write(Duration time, double ratePerSecond, int writes) {
        int first = next.get();
        long start = System.nanoTime();
        long end = start + time.toNanos();
        for (int made = 0; made < writes && System.nanoTime() < end; made++) {
            if (ratePerSecond > 0) {
                parkUntil(start + (long) (made * 1e9 / ratePerSecond));
            }
            one();
        }
        permits.acquireUninterruptibly(UNDER_WAY);
        permits.release(UNDER_WAY);
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("a write failed: " + failed.getMessage(), failed);
        }
        return next.get() - first;
    }

    private void one() {
        permits.acquireUninterruptibly();
        var unused = write.apply(next.getAndIncrement()).whenComplete((answer, failed) -> {
            permits.release();
            if (failed != null) {
                failure.compareAndSet(null, failed);
            }
        });
    }

    private static void parkUntil(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(1)));
        }
    }
}
