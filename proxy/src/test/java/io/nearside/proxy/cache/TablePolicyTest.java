package io.nearside.proxy.cache;

import java.time.Duration;
import org.junit.jupiter.api.Test;

import static io.nearside.proxy.cache.ItemCacheFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

/** What is kept of a table is what its policy says now, not what it said when an entry was made. */
class TablePolicyTest {

    private static final Duration TTL = ItemCacheFixture.TTL;

    private final ItemCacheFixture f = new ItemCacheFixture();

    @Test
    void shorterTtl_endsEntriesThatAreThere() {
        f.fill(key("a"), f.item("1"));
        f.ticker.advance(Duration.ofSeconds(10));

        apply(TablePolicy.ofTtls(Duration.ofSeconds(20), TTL, TTL));
        assertThat(f.read(key("a"))).isNotNull();

        apply(TablePolicy.ofTtls(Duration.ofSeconds(10), TTL, TTL));
        assertThat(f.read(key("a"))).isNull();
    }

    @Test
    void shorterNegativeTtl_endsAbsencesOnly() {
        f.fill(key("a"), CachedItem.absent(false, f.ticker.read()));
        f.fill(key("b"), f.item("1"));
        f.ticker.advance(Duration.ofSeconds(2));

        apply(TablePolicy.ofTtls(TTL, Duration.ofSeconds(2), TTL));

        assertThat(f.read(key("a"))).isNull();
        assertThat(f.read(key("b"))).isNotNull();
    }

    @Test
    void tableSwitchedOff_keepsNothing_andStartsAfreshWhenSwitchedOn() {
        f.fill(key("a"), f.item("1"));
        TablePolicy on = f.table.policy();

        apply(on.uncached());
        boolean installed = f.fill(key("b"), f.item("1"));
        WriteGuard write = f.cache.beginWrite(f.table, key("c"));
        boolean written = f.cache.endWriteInstalling(write, f.item("1", null, true));

        assertThat(f.read(key("a"))).isNull();
        assertThat(installed).isFalse();
        assertThat(written).isFalse();
        apply(on);
        assertThat(f.read(key("a"))).isNull();
        assertThat(f.fill(key("a"), f.item("2"))).isTrue();
        assertThat(f.read(key("a"))).contains("2");
    }

    @Test
    void fillThatBeganWhileTheTableWasOff_isNotKept() {
        TablePolicy on = f.table.policy();
        apply(on.uncached());
        Fill fill = f.cache.beginFill(f.table, key("a"));

        apply(on);

        assertThat(f.cache.install(fill, f.item("1"))).isFalse();
    }

    @Test
    void itemHeavierThanAllowed_isNotKept_andEndsWhatWasThere() {
        TablePolicy any = f.table.policy();
        apply(new TablePolicy(
                true, any.itemTtlNanos(), any.negativeTtlNanos(), any.queryTtlNanos(), false, 1000, Staleness.NONE));

        assertThat(f.fill(key("a"), f.item("light"))).isTrue();
        f.ticker.advance(Duration.ofMillis(1));
        assertThat(f.fill(key("a"), f.item("heavy".repeat(200)))).isFalse();

        assertThat(f.read(key("a"))).isNull();
    }

    @Test
    void tableOpenedLater_hasThePoliciesInForce() {
        f.cache.tables().apply(table -> table.equals("late") ? f.table.policy().uncached() : f.table.policy());

        assertThat(f.cache.tables().open("late", "id").policy().cached()).isFalse();
        assertThat(f.cache.tables().open("orders", "id-1").policy().cached()).isTrue();
    }

    private void apply(TablePolicy policy) {
        f.cache.tables().apply(TablePolicies.same(policy));
    }
}
