package io.nearside.proxy.cache;

import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;

/**
 * How long entries live: a TTL for items, a shorter one for "no such item", each cut by up to a tenth so that keys read
 * together (after a restart, after a flush) do not all expire together. The cut depends on the key alone.
 */
final class JitteredExpiry implements Expiry<EntryKey, CachedItem> {

    private static final int STEPS = 1 << 10;

    private final long itemNanos;
    private final long absentNanos;

    JitteredExpiry(Duration ttl, Duration negativeTtl) {
        this.itemNanos = ttl.toNanos();
        this.absentNanos = negativeTtl.toNanos();
    }

    @Override
    public long expireAfterCreate(EntryKey key, CachedItem item, long currentTime) {
        long whole = item.isAbsent() ? absentNanos : itemNanos;
        int step = (key.hashCode() * 0x9E3779B9) >>> 22;
        long jittered = whole - whole / 10 / STEPS * step;
        // From when DynamoDB answered, not from when the map was last touched: a survived invalidation is no renewal.
        return Math.max(0, jittered - (currentTime - item.readAtNanos()));
    }

    @Override
    public long expireAfterUpdate(EntryKey key, CachedItem item, long currentTime, long currentDuration) {
        return expireAfterCreate(key, item, currentTime);
    }

    @Override
    public long expireAfterRead(EntryKey key, CachedItem item, long currentTime, long currentDuration) {
        return currentDuration;
    }
}
