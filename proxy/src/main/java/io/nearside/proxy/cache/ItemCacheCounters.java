package io.nearside.proxy.cache;

import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.concurrent.atomic.LongAdder;

/** What an {@link ItemCache} did since it was made. Every number only grows; safe from any thread. */
public final class ItemCacheCounters {

    private final LongAdder fillsInstalled = new LongAdder();
    private final LongAdder fillsDiscarded = new LongAdder();
    private final LongAdder writesInstalled = new LongAdder();
    private final LongAdder writesRemoved = new LongAdder();
    private final LongAdder invalidations = new LongAdder();
    private final LongAdder invalidationsReflected = new LongAdder();
    private final LongAdder evictedForWeight = new LongAdder();
    private final LongAdder expired = new LongAdder();

    ItemCacheCounters() {}

    /** Answers to reads that became entries. */
    public long fillsInstalled() {
        return fillsInstalled.sum();
    }

    /** Answers to reads that came too late to be believed. */
    public long fillsDiscarded() {
        return fillsDiscarded.sum();
    }

    /** Writes whose result became an entry. */
    public long writesInstalled() {
        return writesInstalled.sum();
    }

    /** Writes whose result was known but not kept, because something else happened on their stripe meanwhile. */
    public long writesRemoved() {
        return writesRemoved.sum();
    }

    /** Invalidations of single items. */
    public long invalidations() {
        return invalidations.sum();
    }

    /** Those of {@link #invalidations} that an entry was already newer than, and survived. */
    public long invalidationsReflected() {
        return invalidationsReflected.sum();
    }

    /** Entries evicted to stay within the weight. */
    public long evictedForWeight() {
        return evictedForWeight.sum();
    }

    /** Entries whose time was up. */
    public long expired() {
        return expired.sum();
    }

    void filled(boolean installed) {
        (installed ? fillsInstalled : fillsDiscarded).increment();
    }

    void written(boolean installed) {
        (installed ? writesInstalled : writesRemoved).increment();
    }

    void invalidated(boolean reflected) {
        invalidations.increment();
        if (reflected) {
            invalidationsReflected.increment();
        }
    }

    void evicted(RemovalCause cause) {
        (cause == RemovalCause.EXPIRED ? expired : evictedForWeight).increment();
    }
}
