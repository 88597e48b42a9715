package io.nearside.proxy.cache;

import io.nearside.item.ItemKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The most read keys of one table in the last minutes, by the Space-Saving algorithm (Metwally, Agrawal, El Abbadi 2005): a
 * fixed number of counters, of which the smallest goes to a key that has none and hands its count over as that key's error. A
 * key that makes up more than one in {@value #COUNTERS} of what was counted is always among them. Counts are halved every minute.
 *
 * <p>Safe from any thread. {@link #seen} never waits: a key seen while another thread counts is not counted, which a sample does not
 * mind.
 */
public final class HotKeys {

    static final int COUNTERS = 64;
    private static final long HALF_LIFE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Map<ItemKey, Counter> counters = new HashMap<>();
    private long decayedNanos;
    private boolean any;
    private final ReentrantLock lock;

    HotKeys() {
        this(new ReentrantLock());
    }

    HotKeys(ReentrantLock lock) {
        this.lock = lock;
    }

    /**
     * A key and how often it was seen.
     *
     * @param count at most so often, halved for every minute since
     * @param error by how much {@code count} may be too high
     */
    public record HotKey(ItemKey key, long count, long error) {}

    private static final class Counter {
        private long count;
        private long error;
    }

    void seen(ItemKey key, long nowNanos) {
        if (!lock.tryLock()) {
            return;
        }
        try {
            count(key, nowNanos);
        } finally {
            lock.unlock();
        }
    }

    private void count(ItemKey key, long nowNanos) {
        decay(nowNanos);
        Counter counter = counters.get(key);
        if (counter == null) {
            counter = counters.size() < COUNTERS ? new Counter() : takeLeast();
            counters.put(key, counter);
        }
        counter.count++;
    }

    /** The most read keys, most read first. */
    public List<HotKey> top(int most, long nowNanos) {
        lock.lock();
        try {
            return mostRead(most, nowNanos);
        } finally {
            lock.unlock();
        }
    }

    private List<HotKey> mostRead(int most, long nowNanos) {
        decay(nowNanos);
        return counters.entrySet().stream()
                .map(entry -> new HotKey(entry.getKey(), entry.getValue().count, entry.getValue().error))
                .filter(key -> key.count > key.error)
                .sorted(Comparator.comparingLong(HotKey::count).reversed())
                .limit(most)
                .toList();
    }

    private Counter takeLeast() {
        ItemKey least = null;
        long fewest = Long.MAX_VALUE;
        for (Map.Entry<ItemKey, Counter> entry : counters.entrySet()) {
            if (entry.getValue().count < fewest) {
                fewest = entry.getValue().count;
                least = entry.getKey();
            }
        }
        Counter taken = Objects.requireNonNull(counters.remove(least), "least");
        taken.error = taken.count;
        return taken;
    }

    private void decay(long nowNanos) {
        if (!any) {
            any = true;
            decayedNanos = nowNanos;
        }
        long halvings = (nowNanos - decayedNanos) / HALF_LIFE_NANOS;
        if (halvings <= 0) {
            return;
        }
        decayedNanos += halvings * HALF_LIFE_NANOS;
        int shift = (int) Math.min(halvings, Long.SIZE - 1);
        counters.values().removeIf(counter -> {
            counter.count >>= shift;
            counter.error >>= shift;
            return counter.count == 0;
        });
    }
}
