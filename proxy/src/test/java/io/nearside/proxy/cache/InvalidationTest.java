package io.nearside.proxy.cache;

import io.nearside.item.ItemKey;
import org.junit.jupiter.api.Test;

import static io.nearside.proxy.cache.ItemCacheFixture.key;
import static io.nearside.proxy.cache.ItemCacheFixture.version;
import static org.assertj.core.api.Assertions.assertThat;

/** Hazards C19 and C28: what others wrote, heard late or in time. */
class InvalidationTest {

    private final ItemCacheFixture f = new ItemCacheFixture();
    private final ItemKey key = key("a");

    @Test
    void invalidation_ofOneKey_leavesOthers() {
        f.fill(key, f.item("1"));
        f.fill(key("b"), f.item("2"));

        f.cache.invalidate("orders", "id-1", key, null);

        assertThat(f.read(key)).isNull();
        assertThat(f.read(key("b"))).isNotNull();
    }

    @Test
    void invalidation_ofAnAbsentItem_removesTheAbsence() {
        f.fill(key, CachedItem.absent(true, f.ticker.read()));

        f.cache.invalidate("orders", "id-1", key, version(5));

        assertThat(f.read(key)).isNull();
    }

    @Test
    void invalidation_ofACommitTheEntryReflects_keepsIt() {
        f.fill(key, f.item("5", version(5), true));

        f.cache.invalidate("orders", "id-1", key, version(4));
        f.cache.invalidate("orders", "id-1", key, version(5));

        assertThat(f.read(key)).isNotNull();
        assertThat(f.cache.counters().invalidationsReflected()).isEqualTo(2);
    }

    @Test
    void invalidation_ofANewerCommit_removes() {
        f.fill(key, f.item("5", version(5), true));

        f.cache.invalidate("orders", "id-1", key, version(6));

        assertThat(f.read(key)).isNull();
    }

    @Test
    void invalidation_withoutVersion_removesAVersionedEntry() {
        f.fill(key, f.item("5", version(5), true));

        f.cache.invalidate("orders", "id-1", key, null);

        assertThat(f.read(key)).isNull();
    }

    @Test
    void invalidation_ofAnOldCommit_removesAnEntryFromALaggingReplica() {
        f.fill(key, f.item("5", version(5), false));

        f.cache.invalidate("orders", "id-1", key, version(4));

        assertThat(f.read(key)).isNull();
    }

    @Test
    void invalidation_thatAnEntrySurvives_doesNotRenewItsTime() {
        f.fill(key, f.item("5", version(5), true));
        f.ticker.advance(ItemCacheFixture.TTL.minusSeconds(40));
        f.cache.invalidate("orders", "id-1", key, version(5));

        f.ticker.advance(java.time.Duration.ofSeconds(40));

        assertThat(f.read(key)).isNull();
    }

    @Test
    void invalidation_ofATableNobodyCached_isRememberedForItsFirstReader() {
        f.cache.invalidate("carts", "id-9", key, null);
        CachedTable carts = f.cache.tables().open("carts", "id-9");

        assertThat(f.cache.beginFill(carts, key).mustReadStrongly()).isTrue();
    }
}
