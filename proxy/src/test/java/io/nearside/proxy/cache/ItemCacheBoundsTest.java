package io.nearside.proxy.cache;

import io.nearside.item.ItemKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static io.nearside.proxy.cache.ItemCacheFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

/** Hazards C30, C33 and C34: how long and how much. */
class ItemCacheBoundsTest {

    @Test
    void item_pastItsTtl_isNotServed() {
        ItemCacheFixture f = new ItemCacheFixture();
        f.fill(key("a"), f.item("1"));

        f.ticker.advance(ItemCacheFixture.TTL.multipliedBy(9).dividedBy(10));
        assertThat(f.read(key("a"))).isNotNull();

        f.ticker.advance(ItemCacheFixture.TTL.dividedBy(10));
        assertThat(f.read(key("a"))).isNull();
    }

    @Test
    void absence_hasItsOwnShorterTtl() {
        ItemCacheFixture f = new ItemCacheFixture();
        f.fill(key("a"), CachedItem.absent(false, f.ticker.read()));
        assertThat(f.read(key("a"))).isEqualTo("{}");

        f.ticker.advance(ItemCacheFixture.NEGATIVE_TTL);

        assertThat(f.read(key("a"))).isNull();
    }

    @Test
    void items_filledTogether_doNotExpireTogether() {
        ItemCacheFixture f = new ItemCacheFixture();
        List<ItemKey> keys = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            keys.add(key("k" + i));
            f.fill(keys.get(i), f.item("1"));
        }

        Set<Long> left = new HashSet<>();
        f.ticker.advance(ItemCacheFixture.TTL.multipliedBy(9).dividedBy(10));
        for (int step = 0; step < 10; step++) {
            f.ticker.advance(ItemCacheFixture.TTL.dividedBy(100));
            left.add(keys.stream().filter(k -> f.read(k) != null).count());
        }

        assertThat(left).hasSize(10).contains(0L);
    }

    @Test
    void age_isElapsedTime() {
        ItemCacheFixture f = new ItemCacheFixture();
        f.fill(key("a"), f.item("1"));

        f.ticker.advance(Duration.ofMillis(1234));

        CachedItem item = f.cache.get(f.table, key("a"));
        assertThat(item).isNotNull();
        assertThat(item.ageMillis(f.ticker.read())).isEqualTo(1234);
    }

    @Test
    void weight_isNeverExceeded() {
        long maxWeight = 100_000;
        ItemCacheFixture f = new ItemCacheFixture(maxWeight);
        String kilobyte = "x".repeat(1000);

        for (int i = 0; i < 1000; i++) {
            f.fill(key("k" + i), f.item(kilobyte));
        }
        f.cache.cleanUp();

        assertThat(f.cache.weightBytes()).isPositive().isLessThanOrEqualTo(maxWeight);
        assertThat(f.cache.counters().evictedForWeight()).isGreaterThan(900);
    }

    @Test
    void item_heavierThanTheWholeCache_isNotKept() {
        ItemCacheFixture f = new ItemCacheFixture(10_000);

        f.fill(key("a"), f.item("x".repeat(400_000)));
        f.cache.cleanUp();

        assertThat(f.read(key("a"))).isNull();
    }
}
