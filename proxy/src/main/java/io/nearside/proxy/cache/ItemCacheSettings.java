package io.nearside.proxy.cache;

import java.time.Duration;
import java.util.Objects;

/**
 * What bounds an {@link ItemCache}.
 *
 * @param maxWeightBytes heap bytes that entries may take, keys and overhead included; 0 keeps nothing
 * @param policies what is kept of which table, until {@link CachedTables#apply} gives others
 * @param recentWriteWindow how long after a write or an invalidation DynamoDB's replicas may lag
 * @param uncertainWriteWindow how long after its connection was cut a write may still land
 */
public record ItemCacheSettings(
        long maxWeightBytes, TablePolicies policies, Duration recentWriteWindow, Duration uncertainWriteWindow) {

    public ItemCacheSettings {
        if (maxWeightBytes < 0) {
            throw new IllegalArgumentException("maxWeightBytes: " + maxWeightBytes + " is negative");
        }
        Objects.requireNonNull(policies, "policies");
        requireNotNegative("recentWriteWindow", recentWriteWindow);
        requireNotNegative("uncertainWriteWindow", uncertainWriteWindow);
    }

    /** One policy for all tables: items and pages are served for {@code ttl}, "no such item" for {@code negativeTtl}. */
    public ItemCacheSettings(
            long maxWeightBytes,
            Duration ttl,
            Duration negativeTtl,
            Duration recentWriteWindow,
            Duration uncertainWriteWindow) {
        this(
                maxWeightBytes,
                TablePolicies.same(TablePolicy.ofTtls(ttl, negativeTtl, ttl)),
                recentWriteWindow,
                uncertainWriteWindow);
    }

    private static void requireNotNegative(String name, Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(name + ": " + duration + " is negative");
        }
    }
}
