package io.nearside.proxy.upstream;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many attempts were answered and how many failed, in each of the last {@value #SECONDS} seconds. Lock-free and of a
 * fixed size; safe for use from any thread.
 */
final class AttemptWindow {

    /** The longest time that can be asked about. */
    static final int SECONDS = 15;

    private static final int SLOTS = 16;
    private static final int COUNT_BITS = 20;
    private static final long MOST = (1L << COUNT_BITS) - 1;
    private static final long SECOND_MASK = (1L << (64 - 2 * COUNT_BITS)) - 1;

    /** Per slot: the second it is about (24 bits, so that it is told from those up to half a year before), failed, answered. */
    private final AtomicLongArray slots = new AtomicLongArray(SLOTS);

    /** Counts one attempt. */
    void count(long second, boolean failed) {
        int slot = (int) (second & (SLOTS - 1));
        long before;
        long after;
        do {
            before = slots.get(slot);
            long counts =
                    secondOf(before) == (second & SECOND_MASK) ? before : (second & SECOND_MASK) << (2 * COUNT_BITS);
            boolean full = (failed ? failed(counts) : answered(counts)) == MOST;
            after = full ? counts : counts + (failed ? 1L << COUNT_BITS : 1L);
        } while (!slots.compareAndSet(slot, before, after));
    }

    /** Attempts that failed in the current second and those before it, {@code seconds} in all. */
    long failed(long second, int seconds) {
        long sum = 0;
        for (int back = 0; back < seconds; back++) {
            sum += failed(slot(second - back));
        }
        return sum;
    }

    /** Attempts that were answered in the current second and those before it, {@code seconds} in all. */
    long answered(long second, int seconds) {
        long sum = 0;
        for (int back = 0; back < seconds; back++) {
            sum += answered(slot(second - back));
        }
        return sum;
    }

    private long slot(long second) {
        long counts = slots.get((int) (second & (SLOTS - 1)));
        return secondOf(counts) == (second & SECOND_MASK) ? counts : 0;
    }

    private static long secondOf(long counts) {
        return counts >>> (2 * COUNT_BITS);
    }

    private static long failed(long counts) {
        return (counts >>> COUNT_BITS) & MOST;
    }

    private static long answered(long counts) {
        return counts & MOST;
    }
}
