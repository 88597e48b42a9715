package io.nearside.proxy.cache;

import org.jspecify.annotations.Nullable;

/**
 * What the item cache knows of one key, for an operator.
 *
 * @param item what is held, its time over or not; null if nothing is
 * @param leftMillis what is left of its time; 0 or less when it is over, or nothing is held
 * @param recentlyWritten whether the key was written, here or elsewhere, within the recent-write window, so that reads are strong
 * @param lastMiss why the last look-up that found nothing did not; null if none is known
 * @param lastMissMillis how long ago that was
 * @param lastRemoval why the key was last removed; null if nothing is known
 * @param removalSource who caused that; empty if nobody did
 * @param lastRemovalMillis how long ago that was
 */
public record KeyState(
        @Nullable CachedItem item,
        long leftMillis,
        boolean recentlyWritten,
        @Nullable MissReason lastMiss,
        long lastMissMillis,
        @Nullable MissReason lastRemoval,
        String removalSource,
        long lastRemovalMillis) {}
