package io.nearside.replicator.verify;

import java.util.concurrent.atomic.AtomicLong;

/** How far something long has come, for those who wait for it. Thread-safe. */
public final class LongWork {

    private final AtomicLong done = new AtomicLong();
    private final AtomicLong total = new AtomicLong();

    /** There is so much more to do, about. */
    public void expect(long more) {
        total.addAndGet(more);
    }

    /** So much more is done. */
    public void add(long more) {
        done.addAndGet(more);
    }

    /** How much is done. */
    public long done() {
        return done.get();
    }

    /** How much there is to do, about; 0 while nobody knows. */
    public long total() {
        return total.get();
    }
}
