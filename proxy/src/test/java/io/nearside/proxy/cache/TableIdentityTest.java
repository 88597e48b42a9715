package io.nearside.proxy.cache;

import io.nearside.item.ItemKey;
import org.junit.jupiter.api.Test;

import static io.nearside.proxy.cache.ItemCacheFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

/** Hazard C25: tables deleted, created again, restored. */
class TableIdentityTest {

    private final ItemCacheFixture f = new ItemCacheFixture();
    private final ItemKey key = key("a");

    @Test
    void table_describedAgainUnchanged_keepsItsEntries() {
        f.fill(key, f.item("1"));

        CachedTable again = f.cache.tables().open("orders", "id-1");

        assertThat(again).isSameAs(f.table);
        assertThat(f.cache.get(again, key)).isNotNull();
    }

    @Test
    void table_createdAgain_neverMeetsOldEntries() {
        f.fill(key, f.item("1"));

        CachedTable recreated = f.cache.tables().open("orders", "id-2");

        assertThat(f.cache.get(recreated, key)).isNull();
        assertThat(f.cache.get(f.table, key)).isNull();
    }

    @Test
    void table_forgottenAndDescribedAgain_hasNoEntries() {
        f.fill(key, f.item("1"));
        f.cache.tables().forget("orders");

        CachedTable again = f.cache.tables().open("orders", "id-1");

        assertThat(f.cache.get(again, key)).isNull();
    }

    @Test
    void write_thatBeganOnTheOldTable_endsInForgettingTheNewOne() {
        WriteGuard write = f.cache.beginWrite(f.table, key);
        CachedTable recreated = f.cache.tables().open("orders", "id-2");
        f.cache.install(f.cache.beginFill(recreated, key), f.item("1"));

        f.cache.endWriteInstalling(write, f.item("2", null, true));

        assertThat(f.cache.get(recreated, key)).isNull();
        assertThat(f.cache.tables().find("orders")).isNull();
    }

    @Test
    void invalidation_ofAnUnknownIncarnation_forgetsTheTableOnce() {
        f.fill(key, f.item("1"));
        f.cache.invalidate("orders", "id-0", key("b"), null);
        assertThat(f.cache.tables().find("orders")).isNull();

        CachedTable again = f.cache.tables().open("orders", "id-1");
        f.cache.install(f.cache.beginFill(again, key), f.item("1"));
        f.cache.invalidate("orders", "id-0", key("b"), null);

        assertThat(f.cache.tables().find("orders")).isSameAs(again);
        assertThat(f.cache.get(again, key)).isNotNull();
    }
}
