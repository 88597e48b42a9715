package io.nearside.proxy.cache;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What may be kept of one table, and for how long.
 *
 * @param cached whether anything is kept; if not, reads of the table go to DynamoDB as they are
 * @param itemTtlNanos how long an item is served, before jitter takes up to a tenth off
 * @param negativeTtlNanos how long "no such item" is served, jitter likewise
 * @param queryTtlNanos how long a page of a Query or Scan is served, jitter likewise
 * @param scans whether pages of scans are kept
 * @param maxItemWeightBytes heap bytes beyond which an item is not kept, its key and bookkeeping included
 * @param staleness what becomes of entries about the end of their time
 * @param hidesExpiredBy the attribute with the second at which an item expires, if items past it are hidden; null if they are
 *     returned until DynamoDB has deleted them
 */
public record TablePolicy(
        boolean cached,
        long itemTtlNanos,
        long negativeTtlNanos,
        long queryTtlNanos,
        boolean scans,
        long maxItemWeightBytes,
        Staleness staleness,
        @Nullable String hidesExpiredBy) {

    public TablePolicy {
        requireNotNegative("itemTtlNanos", itemTtlNanos);
        requireNotNegative("negativeTtlNanos", negativeTtlNanos);
        requireNotNegative("queryTtlNanos", queryTtlNanos);
        requireNotNegative("maxItemWeightBytes", maxItemWeightBytes);
    }

    /** A policy that hides nothing. */
    public TablePolicy(
            boolean cached,
            long itemTtlNanos,
            long negativeTtlNanos,
            long queryTtlNanos,
            boolean scans,
            long maxItemWeightBytes,
            Staleness staleness) {
        this(cached, itemTtlNanos, negativeTtlNanos, queryTtlNanos, scans, maxItemWeightBytes, staleness, null);
    }

    /** Keeps items, absences and pages of queries for so long, however heavy they are, and no scans. */
    public static TablePolicy ofTtls(Duration item, Duration negative, Duration query) {
        return new TablePolicy(
                true, item.toNanos(), negative.toNanos(), query.toNanos(), false, Long.MAX_VALUE, Staleness.NONE);
    }

    /** The same policy with or without scans. */
    public TablePolicy withScans(boolean kept) {
        return new TablePolicy(
                cached,
                itemTtlNanos,
                negativeTtlNanos,
                queryTtlNanos,
                kept,
                maxItemWeightBytes,
                staleness,
                hidesExpiredBy);
    }

    /** Nothing is kept. */
    public TablePolicy uncached() {
        return new TablePolicy(
                false,
                itemTtlNanos,
                negativeTtlNanos,
                queryTtlNanos,
                scans,
                maxItemWeightBytes,
                staleness,
                hidesExpiredBy);
    }

    /** The same policy, but for what becomes of entries about the end of their time. */
    public TablePolicy with(Staleness other) {
        return new TablePolicy(
                cached,
                itemTtlNanos,
                negativeTtlNanos,
                queryTtlNanos,
                scans,
                maxItemWeightBytes,
                other,
                hidesExpiredBy);
    }

    /** The same policy, but items past this attribute are hidden. */
    public TablePolicy hidingExpiredBy(String attribute) {
        return new TablePolicy(
                cached, itemTtlNanos, negativeTtlNanos, queryTtlNanos, scans, maxItemWeightBytes, staleness, attribute);
    }

    private static void requireNotNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + ": " + value + " is negative");
        }
    }
}
