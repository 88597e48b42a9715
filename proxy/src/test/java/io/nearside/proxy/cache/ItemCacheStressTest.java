package io.nearside.proxy.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import io.nearside.item.ItemKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hazards C1, C3 and C4 with real threads: a read that begins after a write was acknowledged, or heard of, never returns less,
 * however fills, writes, invalidations and drops of one stripe interleave. {@link InterleavingsTest} takes them two by two.
 */
class ItemCacheStressTest {

    private static final int THREADS = 4;
    private static final int OPERATIONS = 250_000;

    private final ItemCache cache = new ItemCache(
            new ItemCacheSettings(
                    1 << 20, Duration.ofHours(1), Duration.ofHours(1), Duration.ofSeconds(3), Duration.ofMillis(1)),
            Ticker.systemTicker(),
            Runnable::run,
            1);
    private final CachedTable table = cache.tables().open("orders", "id-1");
    private final ItemKey key = ItemCacheFixture.key("a");

    /** DynamoDB: one item, whose value only grows. */
    private final AtomicInteger stored = new AtomicInteger();

    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger hits = new AtomicInteger();
    private final AtomicInteger violations = new AtomicInteger();

    @RepeatedTest(10)
    void protocol_underStress_keepsReadYourWrites() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                SplittableRandom random = new SplittableRandom(i);
                running.add(threads.submit(() -> run(random)));
            }
            for (Future<?> thread : running) {
                thread.get(2, TimeUnit.MINUTES);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(violations).hasValue(0);
        assertThat(hits.get()).as("hits").isGreaterThan(OPERATIONS / 10);
        assertThat(cache.counters().writesInstalled()).as("writes installed").isPositive();
        assertThat(cache.counters().fillsInstalled()).as("fills installed").isPositive();
        assertThat(cache.counters().writesRemoved()).as("writes not installed").isPositive();
    }

    private void run(SplittableRandom random) {
        for (int i = 0; i < OPERATIONS; i++) {
            int luck = random.nextInt(100);
            if (luck < 90) {
                read();
            } else if (luck < 95) {
                write();
            } else if (luck < 96) {
                writeWithoutAnswer(random);
            } else if (luck < 99) {
                writeElsewhere();
            } else {
                writeTable();
            }
        }
    }

    private void read() {
        int atLeast = acknowledged.get();
        CachedItem item = cache.get(table, key);
        if (item == null) {
            Fill fill = cache.beginFill(table, key);
            item = item(stored.get());
            cache.install(fill, item);
        } else {
            hits.incrementAndGet();
        }
        if (value(item) < atLeast) {
            violations.incrementAndGet();
        }
    }

    private void write() {
        WriteGuard guard = cache.beginWrite(table, key);
        int value = stored.incrementAndGet();
        cache.endWriteInstalling(guard, item(value));
        acknowledge(value);
    }

    /** One that never left, or one that landed and nobody was told. */
    private void writeWithoutAnswer(SplittableRandom random) {
        WriteGuard guard = cache.beginWrite(table, key);
        if (random.nextInt(20) > 0) {
            cache.endWriteUnsent(guard);
        } else {
            int value = stored.incrementAndGet();
            cache.endWriteUncertain(guard);
            acknowledge(value);
        }
    }

    private void writeElsewhere() {
        int value = stored.incrementAndGet();
        cache.invalidate("orders", "id-1", key, null);
        acknowledge(value);
    }

    private void writeTable() {
        cache.tables().beginWrite("orders");
        int value = stored.incrementAndGet();
        cache.tables().endWrite("orders");
        acknowledge(value);
    }

    private void acknowledge(int value) {
        acknowledged.accumulateAndGet(value, Math::max);
    }

    private static CachedItem item(int value) {
        byte[] body = {(byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value};
        return CachedItem.present(body, null, true, System.nanoTime());
    }

    private static int value(CachedItem item) {
        byte[] body = item.body();
        return (body[0] & 0xFF) << 24 | (body[1] & 0xFF) << 16 | (body[2] & 0xFF) << 8 | (body[3] & 0xFF);
    }
}
