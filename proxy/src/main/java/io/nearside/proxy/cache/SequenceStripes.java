package io.nearside.proxy.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counters that tell whether anything was written since somebody looked, one per stripe of hashed subjects.
 *
 * <p>A subject is whatever the owner hashes: an item, a partition, an index, a table. Two subjects that share a stripe
 * only cost each other a miss. The number of stripes is fixed, so the memory is too: 24 bytes a stripe. Lock-free and
 * safe from any thread.
 *
 * <p>Stripes are keyed by names and key bytes, never by a table's identity: they must outlive the table that a write
 * started on, or a write that ends after a drop would bump a counter nobody looks at any more.
 */
final class SequenceStripes {

    /** The low bits of a state count the writes in flight; no proxy has a million requests open on one key. */
    private static final int WRITERS_BITS = 20;

    private static final long ONE_WRITER = 1;
    private static final long WRITERS_MASK = (1L << WRITERS_BITS) - 1;
    private static final long ONE_STEP = 1L << WRITERS_BITS;

    private final int mask;
    private final Ticker ticker;
    private final long origin;
    private final AtomicLongArray states;
    private final AtomicLongArray recentUntil;
    private final AtomicLongArray uncertainUntil;

    /**
     * @param stripes how many; a power of two
     * @param ticker elapsed time; wall time would jump
     */
    SequenceStripes(int stripes, Ticker ticker) {
        if (Integer.bitCount(stripes) != 1) {
            throw new IllegalArgumentException("stripes: " + stripes + " is not a power of two");
        }
        this.mask = stripes - 1;
        this.ticker = ticker;
        this.origin = ticker.read();
        this.states = new AtomicLongArray(stripes);
        this.recentUntil = new AtomicLongArray(stripes);
        this.uncertainUntil = new AtomicLongArray(stripes);
    }

    /** The stripe of a subject, from any hash of it. */
    int stripe(int hash) {
        int mixed = hash * 0x9E3779B9;
        return (mixed ^ (mixed >>> 15)) & mask;
    }

    /** The stripe's sequence number now; it only grows. */
    long sequence(int stripe) {
        return states.get(stripe) >>> WRITERS_BITS;
    }

    /** Something changed: every fill that looked before is now too late. */
    void bump(int stripe) {
        states.getAndAdd(stripe, ONE_STEP);
    }

    /**
     * A write starts.
     *
     * @return what {@link #endWrite} needs to know: the sequence number this start made, or -1 when another write was
     *     already in flight
     */
    long beginWrite(int stripe) {
        long before = states.getAndAdd(stripe, ONE_STEP + ONE_WRITER);
        boolean alone = (before & WRITERS_MASK) == 0;
        return alone ? (before >>> WRITERS_BITS) + 1 : -1;
    }

    /**
     * A write ended.
     *
     * @return the sequence number this end made if nothing else moved the stripe since {@link #beginWrite}; else -1
     */
    long endWrite(int stripe, long begun) {
        long before = states.getAndAdd(stripe, ONE_STEP - ONE_WRITER);
        long sequence = before >>> WRITERS_BITS;
        return sequence == begun ? sequence + 1 : -1;
    }

    /** From now on, for the given time, replicas of DynamoDB may not have seen the newest write. */
    void markRecent(int stripe, long windowNanos) {
        extend(recentUntil, stripe, windowNanos);
    }

    /**
     * From now on, for the given time, a write whose answer never came may still land; and once it has, replicas may not have
     * seen it for the time after that.
     */
    void markUncertain(int stripe, long landingNanos, long replicaNanos) {
        extend(recentUntil, stripe, landingNanos + replicaNanos);
        extend(uncertainUntil, stripe, landingNanos);
    }

    /** Whether an eventually consistent read may miss the newest write. */
    boolean isRecent(int stripe) {
        return recentUntil.get(stripe) > now();
    }

    /** Like {@link #isRecent(int)}, for a window that is longer, or shorter, by so much. */
    boolean isRecent(int stripe, long moreNanos) {
        long until = recentUntil.get(stripe);
        return until != 0 && until + moreNanos > now();
    }

    /** Whether a write may land at any moment, so that nothing read now is worth keeping. */
    boolean isUncertain(int stripe) {
        return uncertainUntil.get(stripe) > now();
    }

    private void extend(AtomicLongArray deadlines, int stripe, long windowNanos) {
        deadlines.accumulateAndGet(stripe, now() + windowNanos, Math::max);
    }

    /** Counted from the start, so that 0, which the arrays are born with, means never. */
    private long now() {
        return ticker.read() - origin;
    }
}
