package io.nearside.proxy.cache;

import java.time.Duration;
import org.junit.jupiter.api.Test;

import static io.nearside.proxy.cache.ItemCacheFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

/** What look-ups found, and why they found nothing. */
class LookupsTest {

    private final ItemCacheFixture f = new ItemCacheFixture();
    private final TableLookups.Found items = f.table.lookups().items();

    @Test
    void hitsAndMisses_areCountedByReason() {
        f.read(key("a"));
        assertThat(items.misses(MissReason.ABSENT)).isEqualTo(1);

        f.fill(key("a"), f.item("1"));
        f.read(key("a"));
        assertThat(items.hits()).isEqualTo(1);

        f.ticker.advance(ItemCacheFixture.TTL);
        f.read(key("a"));
        assertThat(items.misses(MissReason.EXPIRED)).isEqualTo(1);

        f.fill(key("a"), f.item("1"));
        f.cache.invalidate("orders", "", key("a"), null, "capture/r1");
        f.read(key("a"));
        assertThat(items.misses(MissReason.INVALIDATED)).isEqualTo(1);

        f.cache.endWrite(f.cache.beginWrite(f.table, key("a")));
        f.read(key("a"));
        assertThat(items.misses(MissReason.WRITTEN)).isEqualTo(1);
        assertThat(items.misses()).isEqualTo(4);
    }

    @Test
    void evictedKey_isMissedForThat() {
        ItemCacheFixture small = new ItemCacheFixture(2000);
        for (int i = 0; i < 100; i++) {
            small.fill(key("k" + i), small.item("1"));
        }
        small.cache.cleanUp();

        for (int i = 0; i < 100; i++) {
            small.read(key("k" + i));
        }

        assertThat(small.table.lookups().items().misses(MissReason.EVICTED)).isGreaterThan(80);
    }

    @Test
    void inspect_tellsOfTheEntryAndWhatHappenedToIt() {
        f.fill(key("a"), f.item("1"));
        f.cache.invalidate("orders", "", key("a"), null, "capture/r1");
        f.ticker.advance(Duration.ofMillis(5));
        f.read(key("a"));
        f.ticker.advance(Duration.ofMillis(7));

        KeyState gone = f.cache.inspect(f.table, key("a"));
        assertThat(gone.item()).isNull();
        assertThat(gone.recentlyWritten()).isTrue();
        assertThat(gone.lastMiss()).isEqualTo(MissReason.INVALIDATED);
        assertThat(gone.lastMissMillis()).isEqualTo(7);
        assertThat(gone.lastRemoval()).isEqualTo(MissReason.INVALIDATED);
        assertThat(gone.removalSource()).isEqualTo("capture/r1");
        assertThat(gone.lastRemovalMillis()).isEqualTo(12);

        f.fill(key("a"), f.item("2"));
        KeyState held = f.cache.inspect(f.table, key("a"));
        assertThat(held.item()).isNotNull();
        assertThat(held.leftMillis()).isPositive();
        assertThat(f.cache.inspect(f.table, key("b")).lastMiss()).isNull();
    }

    @Test
    void inspecting_isNoLookUp() {
        f.cache.inspect(f.table, key("a"));

        assertThat(items.hits() + items.misses()).isZero();
    }

    @Test
    void tablesBeyondTheBound_areCountedAsOne() {
        for (int i = 0; i < Lookups.MOST_TABLES + 10; i++) {
            CachedTable table = f.cache.tables().open("t" + i, "id");
            f.cache.get(table, key("a"));
        }

        assertThat(f.cache.tables().lookups().all()).hasSize(Lookups.MOST_TABLES + 1);
        TableLookups others =
                f.cache.tables().open("t" + (Lookups.MOST_TABLES + 5), "id").lookups();
        assertThat(others.table()).isEqualTo(Lookups.OTHERS);
        assertThat(others.items().misses()).isGreaterThan(1);
    }

    @Test
    void tableMadeAgain_goesOnCounting() {
        f.read(key("a"));

        CachedTable again = f.cache.tables().open("orders", "id-2");

        assertThat(again.lookups().items().misses()).isEqualTo(1);
    }
}
