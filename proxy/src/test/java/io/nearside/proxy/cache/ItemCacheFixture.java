package io.nearside.proxy.cache;

import io.nearside.item.ItemKey;
import io.nearside.item.ItemKeyWriter;
import io.nearside.version.Version;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A cache under virtual time, with short names for what tests say often. */
final class ItemCacheFixture {

    static final Duration TTL = Duration.ofMinutes(5);
    static final Duration NEGATIVE_TTL = Duration.ofSeconds(20);
    static final Duration RECENT = Duration.ofSeconds(3);
    static final Duration UNCERTAIN = Duration.ofSeconds(30);

    final VirtualTicker ticker = new VirtualTicker();
    final ItemCache cache;
    final CachedTable table;

    ItemCacheFixture() {
        this(1 << 20);
    }

    ItemCacheFixture(long maxWeight) {
        ItemCacheSettings settings = new ItemCacheSettings(maxWeight, TTL, NEGATIVE_TTL, RECENT, UNCERTAIN);
        this.cache = new ItemCache(settings, ticker, Runnable::run);
        this.table = cache.tables().open("orders", "id-1");
    }

    static ItemKey key(String partition) {
        byte[] utf8 = partition.getBytes(StandardCharsets.UTF_8);
        return new ItemKeyWriter().partitionString(utf8, 0, utf8.length).toKey();
    }

    static Version version(long millis) {
        return new Version(millis << 16, 1, 7);
    }

    CachedItem item(String value) {
        return item(value, null, false);
    }

    CachedItem item(String value, @Nullable Version version, boolean strong) {
        byte[] body = ("{\"Item\":{\"v\":{\"S\":\"" + value + "\"}}}").getBytes(StandardCharsets.UTF_8);
        return CachedItem.present(body, version, strong, ticker.read());
    }

    boolean fill(ItemKey key, CachedItem item) {
        return cache.install(cache.beginFill(table, key), item);
    }

    @Nullable String read(ItemKey key) {
        CachedItem item = cache.get(table, key);
        return item == null ? null : new String(item.body(), StandardCharsets.UTF_8);
    }
}
