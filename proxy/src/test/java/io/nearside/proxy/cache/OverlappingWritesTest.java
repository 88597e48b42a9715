package io.nearside.proxy.cache;

import io.nearside.item.ItemKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

import static io.nearside.proxy.cache.ItemCacheFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

/** Hazards C3 and C4: writes answered in the other order than they happened, and writes never answered. */
class OverlappingWritesTest {

    private final ItemCacheFixture f = new ItemCacheFixture();
    private final ItemKey key = key("a");

    @Test
    void write_aloneOnItsStripe_isInstalled() {
        WriteGuard write = f.cache.beginWrite(f.table, key);

        assertThat(f.cache.endWriteInstalling(write, f.item("1", null, true))).isTrue();

        assertThat(f.read(key)).contains("\"1\"");
    }

    @Test
    void writes_overlappingFirstEndsFirst_neitherIsInstalled() {
        WriteGuard first = f.cache.beginWrite(f.table, key);
        WriteGuard second = f.cache.beginWrite(f.table, key);

        assertThat(f.cache.endWriteInstalling(first, f.item("1", null, true))).isFalse();
        assertThat(f.cache.endWriteInstalling(second, f.item("2", null, true))).isFalse();

        assertThat(f.read(key)).isNull();
    }

    @Test
    void writes_overlappingSecondEndsFirst_neitherIsInstalled() {
        WriteGuard first = f.cache.beginWrite(f.table, key);
        WriteGuard second = f.cache.beginWrite(f.table, key);

        assertThat(f.cache.endWriteInstalling(second, f.item("2", null, true))).isFalse();
        assertThat(f.cache.endWriteInstalling(first, f.item("1", null, true))).isFalse();

        assertThat(f.read(key)).isNull();
    }

    @Test
    void write_afterOverlappingOnesEnded_isInstalledAgain() {
        WriteGuard first = f.cache.beginWrite(f.table, key);
        f.cache.endWrite(f.cache.beginWrite(f.table, key));
        f.cache.endWriteUnsent(first);

        WriteGuard third = f.cache.beginWrite(f.table, key);

        assertThat(f.cache.endWriteInstalling(third, f.item("3", null, true))).isTrue();
    }

    @Test
    void write_invalidatedMeanwhile_isNotInstalled() {
        WriteGuard write = f.cache.beginWrite(f.table, key);
        f.cache.invalidate("orders", "id-1", key, null);

        assertThat(f.cache.endWriteInstalling(write, f.item("1", null, true))).isFalse();
    }

    @Test
    void write_tableWrittenMeanwhile_isNotInstalled() {
        WriteGuard write = f.cache.beginWrite(f.table, key);
        f.cache.tables().beginWrite("orders");

        assertThat(f.cache.endWriteInstalling(write, f.item("1", null, true))).isFalse();
    }

    @Test
    void write_unsent_leavesTheEntry() {
        f.fill(key, f.item("1"));

        f.cache.endWriteUnsent(f.cache.beginWrite(f.table, key));

        assertThat(f.read(key)).contains("\"1\"");
    }

    @Test
    void uncertainWrite_removesAndNothingIsBelievedUntilItCannotLandAnyMore() {
        f.fill(key, f.item("before"));
        f.cache.endWriteUncertain(f.cache.beginWrite(f.table, key));

        assertThat(f.read(key)).isNull();
        Fill fill = f.cache.beginFill(f.table, key);
        assertThat(fill.mustReadStrongly()).isTrue();
        assertThat(f.cache.install(fill, f.item("before it landed", null, true)))
                .isFalse();

        f.ticker.advance(ItemCacheFixture.UNCERTAIN.plus(Duration.ofMillis(1)));
        assertThat(f.fill(key, f.item("landed"))).isTrue();
    }

    @Test
    void write_whileAnUncertainOneMayStillLand_isNotInstalled() {
        f.cache.endWriteUncertain(f.cache.beginWrite(f.table, key));

        WriteGuard next = f.cache.beginWrite(f.table, key);

        assertThat(f.cache.endWriteInstalling(next, f.item("2", null, true))).isFalse();
    }

    @Test
    void tableWriteUncertain_noFillOfTheTableIsBelieved() {
        f.cache.tables().endWriteUncertain("orders");

        assertThat(f.fill(key, f.item("1"))).isFalse();
        assertThat(f.cache.beginFill(f.table, key).mustReadStrongly()).isTrue();
    }
}
