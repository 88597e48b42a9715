package io.nearside.proxy.cache;

import java.time.Duration;

/**
 * What bounds an {@link ItemCache}.
 *
 * @param maxWeightBytes heap bytes that entries may take, keys and overhead included; 0 keeps nothing
 * @param ttl how long an item is served, before jitter takes up to a tenth off
 * @param negativeTtl how long "no such item" is served; shorter, because an insert made elsewhere may go unheard
 * @param recentWriteWindow how long after a write or an invalidation DynamoDB's replicas may lag
 * @param uncertainWriteWindow how long after its connection was cut a write may still land
 */
public record ItemCacheSettings(
        long maxWeightBytes,
        Duration ttl,
        Duration negativeTtl,
        Duration recentWriteWindow,
        Duration uncertainWriteWindow) {

    public ItemCacheSettings {
        if (maxWeightBytes < 0) {
            throw new IllegalArgumentException("maxWeightBytes: " + maxWeightBytes + " is negative");
        }
        requireNotNegative("ttl", ttl);
        requireNotNegative("negativeTtl", negativeTtl);
        requireNotNegative("recentWriteWindow", recentWriteWindow);
        requireNotNegative("uncertainWriteWindow", uncertainWriteWindow);
    }

    private static void requireNotNegative(String name, Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(name + ": " + duration + " is negative");
        }
    }
}
