package io.nearside.proxy.cache;

import io.nearside.item.ItemKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

import static io.nearside.proxy.cache.ItemCacheFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

/** Hazards C1 and C2: an answer that was on its way while something was written. */
class LateFillTest {

    private final ItemCacheFixture f = new ItemCacheFixture();
    private final ItemKey key = key("a");

    @Test
    void fill_nothingMoved_isServed() {
        assertThat(f.fill(key, f.item("1"))).isTrue();

        assertThat(f.read(key)).contains("\"1\"");
    }

    @Test
    void fill_writeStartedAndEndedMeanwhile_isDiscarded() {
        Fill fill = f.cache.beginFill(f.table, key);
        f.cache.endWrite(f.cache.beginWrite(f.table, key));

        assertThat(f.cache.install(fill, f.item("old"))).isFalse();

        assertThat(f.read(key)).isNull();
    }

    @Test
    void fill_installedWhileWriteInFlight_isGoneWhenTheWriteIsAnswered() {
        WriteGuard write = f.cache.beginWrite(f.table, key);
        assertThat(f.fill(key, f.item("old"))).isTrue();

        f.cache.endWrite(write);

        assertThat(f.read(key)).isNull();
    }

    @Test
    void fill_invalidationArrivedMeanwhile_isDiscarded() {
        Fill fill = f.cache.beginFill(f.table, key);
        f.cache.invalidate("orders", "id-1", key, null);

        assertThat(f.cache.install(fill, f.item("old"))).isFalse();
    }

    @Test
    void fill_tableForgottenMeanwhile_isDiscarded() {
        Fill fill = f.cache.beginFill(f.table, key);
        f.cache.tables().endWrite("orders");

        assertThat(f.cache.install(fill, f.item("old"))).isFalse();
    }

    @Test
    void fill_writeOfAnotherIncarnationEndedMeanwhile_isDiscarded() {
        WriteGuard writeOnOld = f.cache.beginWrite(f.table, key);
        CachedTable recreated = f.cache.tables().open("orders", "id-2");
        Fill fill = f.cache.beginFill(recreated, key);
        f.cache.endWrite(writeOnOld);

        assertThat(f.cache.install(fill, f.item("old"))).isFalse();
    }

    @Test
    void fill_withinRecentWriteWindow_mustReadStrongly() {
        f.cache.endWrite(f.cache.beginWrite(f.table, key));
        assertThat(f.cache.beginFill(f.table, key).mustReadStrongly()).isTrue();

        f.ticker.advance(ItemCacheFixture.RECENT.minusNanos(1));
        assertThat(f.cache.beginFill(f.table, key).mustReadStrongly()).isTrue();

        f.ticker.advance(Duration.ofNanos(1));
        assertThat(f.cache.beginFill(f.table, key).mustReadStrongly()).isFalse();
    }

    @Test
    void fill_afterInvalidation_mustReadStrongly() {
        f.cache.invalidate("orders", "", key, null);

        assertThat(f.cache.beginFill(f.table, key).mustReadStrongly()).isTrue();
    }

    @Test
    void fill_afterWholeTableWrite_mustReadStrongly() {
        f.cache.tables().endWrite("orders");

        assertThat(f.cache.beginFill(f.table, key).mustReadStrongly()).isTrue();
    }

    @Test
    void fill_answeredAfterAnother_doesNotSendReadersBack() {
        Fill slow = f.cache.beginFill(f.table, key);
        Fill quick = f.cache.beginFill(f.table, key);
        f.cache.install(quick, f.item("new"));

        assertThat(f.cache.install(slow, f.item("old"))).isFalse();

        assertThat(f.read(key)).contains("new");
    }

    @Test
    void strongFill_answeredAfterAnEventualOne_replacesIt() {
        Fill strong = f.cache.beginFill(f.table, key);
        f.fill(key, f.item("eventual"));

        assertThat(f.cache.install(strong, f.item("strong", null, true))).isTrue();

        assertThat(f.read(key)).contains("strong");
    }
}
