package io.nearside.proxy.cache;

import java.time.Duration;

/**
 * What bounds a {@link PageCache}.
 *
 * @param maxWeightBytes heap bytes that pages may take, keys and overhead included; 0 keeps nothing
 * @param recentWriteWindow how long after a write or an invalidation DynamoDB's replicas may lag
 * @param indexSettleWindow how long after a write DynamoDB's global indexes may show what was before
 * @param uncertainWriteWindow how long after its connection was cut a write may still land
 */
public record PageCacheSettings(
        long maxWeightBytes, Duration recentWriteWindow, Duration indexSettleWindow, Duration uncertainWriteWindow) {}
