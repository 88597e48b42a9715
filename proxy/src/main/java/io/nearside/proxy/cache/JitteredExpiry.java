package io.nearside.proxy.cache;

import com.github.benmanes.caffeine.cache.Expiry;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * How long entries live: the TTL that their table's policy gives them, cut by up to a tenth so that entries made together
 * (after a restart, after a flush) do not all expire together. The cut depends on the key alone.
 *
 * <p>The policy is looked at when an entry is made, and again by whoever reads it, since it may have become shorter.
 *
 * @param <K> the entry's key
 * @param <V> the entry
 */
final class JitteredExpiry<K, V> implements Expiry<K, V> {

    private static final int STEPS = 1 << 10;

    /** Entries stay for so long past their end, so that whoever asks then hears why there was nothing. */
    private static final long LINGERING_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** How long an entry lives, before the cut. */
    @FunctionalInterface
    interface Ttl<K, V> {
        long nanos(K key, V value);
    }

    private final Ttl<K, V> ttl;
    private final Ttl<K, V> grace;
    private final ToLongFunction<V> readAtNanos;

    /**
     * @param grace how much longer an entry is kept than it lives
     * @param readAtNanos when DynamoDB said what an entry holds, by the cache's ticker
     */
    JitteredExpiry(Ttl<K, V> ttl, Ttl<K, V> grace, ToLongFunction<V> readAtNanos) {
        this.ttl = ttl;
        this.grace = grace;
        this.readAtNanos = readAtNanos;
    }

    /** What is left of an entry's life; 0 or less when it is over. */
    long leftNanos(K key, V value, long nowNanos) {
        long whole = ttl.nanos(key, value);
        int step = (key.hashCode() * 0x9E3779B9) >>> 22;
        long jittered = whole - whole / 10 / STEPS * step;
        // From when DynamoDB answered, not from when the map was last touched: a survived invalidation is no renewal.
        return jittered - (nowNanos - readAtNanos.applyAsLong(value));
    }

    @Override
    public long expireAfterCreate(K key, V value, long currentTime) {
        return Math.max(0, leftNanos(key, value, currentTime) + Math.max(LINGERING_NANOS, grace.nanos(key, value)));
    }

    @Override
    public long expireAfterUpdate(K key, V value, long currentTime, long currentDuration) {
        return expireAfterCreate(key, value, currentTime);
    }

    @Override
    public long expireAfterRead(K key, V value, long currentTime, long currentDuration) {
        return currentDuration;
    }
}
