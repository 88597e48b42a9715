package io.nearside.proxy.cache;

import io.nearside.proxy.cache.HotKeys.HotKey;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

import static io.nearside.proxy.cache.ItemCacheFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

class HotKeysTest {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final HotKeys keys = new HotKeys();

    @Test
    void seen_whileAnotherThreadCounts_waitsForNothingAndIsNotCounted() throws InterruptedException {
        ReentrantLock held = new ReentrantLock();
        HotKeys contended = new HotKeys(held);
        Thread reader = new Thread(() -> contended.seen(key("a"), 0));
        held.lock();
        try {
            reader.start();
            // Would not end while the lock is held here.
            reader.join();
        } finally {
            held.unlock();
        }

        assertThat(contended.top(10, 0)).isEmpty();
        contended.seen(key("a"), 0);
        assertThat(contended.top(10, 0)).hasSize(1);
    }

    @Test
    void hotKeys_amongManyColdOnes_areFound_withinTheirError() {
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            int draw = random.nextInt(100);
            keys.seen(key(draw < 20 ? "first" : draw < 30 ? "second" : "cold" + random.nextInt(5000)), 0);
        }

        List<HotKey> top = keys.top(2, 0);

        assertThat(top).extracting(HotKey::key).containsExactly(key("first"), key("second"));
        assertThat(top.get(0).count()).isGreaterThanOrEqualTo(3_800);
        assertThat(top.get(0).count() - top.get(0).error()).isLessThanOrEqualTo(4_200);
        assertThat(keys.top(1000, 0).size()).isLessThanOrEqualTo(HotKeys.COUNTERS);
    }

    @Test
    void keysThatAreNoLongerRead_coolDown() {
        for (int i = 0; i < 64; i++) {
            keys.seen(key("old"), 0);
        }
        for (int i = 0; i < 20; i++) {
            keys.seen(key("new"), 3 * MINUTE);
        }

        assertThat(keys.top(2, 3 * MINUTE)).extracting(HotKey::count).containsExactly(20L, 8L);
        assertThat(keys.top(2, 1000 * MINUTE)).isEmpty();
    }
}
