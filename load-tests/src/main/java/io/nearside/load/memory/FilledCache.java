package io.nearside.load.memory;

import com.github.benmanes.caffeine.cache.Ticker;
import io.nearside.change.Invalidation;
import io.nearside.item.ItemKey;
import io.nearside.item.ItemKeyWriter;
import io.nearside.load.workload.Requests;
import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.cache.CachedTable;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.ItemCacheSettings;
import io.nearside.proxy.cache.PageCache;
import io.nearside.proxy.cache.PageCacheSettings;
import java.time.Duration;
import java.util.Objects;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** The proxy's caches as one of its processes holds them, filled with items of one table. Safe from any thread, as they are. */
public final class FilledCache {
    private static final Duration LONG = Duration.ofHours(10);
    private static final Duration RECENT = Duration.ofSeconds(3);
    private static final Duration UNCERTAIN = Duration.ofSeconds(60);
    private static final Duration SETTLE = Duration.ofSeconds(5);

    private final ItemCache items;
    private final PageCache pages;
    private final CachedTable table;
    private final int itemBytes;

    private FilledCache(int itemBytes) {
        var ticker = Ticker.systemTicker();
        var unbounded = Long.MAX_VALUE / 2;
        items = new ItemCache(new ItemCacheSettings(unbounded, LONG, LONG, RECENT, UNCERTAIN), ticker, Runnable::run);
        pages = new PageCache(
                new PageCacheSettings(unbounded, RECENT, SETTLE, UNCERTAIN), items.tables(), ticker, Runnable::run);
        table = items.tables().open(Requests.TABLE, "id");
        this.itemBytes = itemBytes;
    }

    /** Caches that hold nothing yet, for items of about {@code itemBytes}. */
    static FilledCache empty(int itemBytes) {
        return new FilledCache(itemBytes);
    }

    /** Caches that hold the items of the keys from 0 to below {@code entries}. */
    public static FilledCache of(int entries, int itemBytes) {
        return of(keys(entries), itemBytes);
    }

    /** Caches that hold the items of {@code keys}, which are numbered from 0. */
    static FilledCache of(ItemKey[] keys, int itemBytes) {
        var cache = new FilledCache(itemBytes);
        for (int number = 0; number < keys.length; number++) {
            cache.fill(keys[number], number);
        }
        return cache;
    }

    /** The canonical keys of the items from 0 to below {@code count}. */
    public static ItemKey[] keys(int count) {
        var writer = new ItemKeyWriter();
        var keys = new ItemKey[count];
        for (int number = 0; number < count; number++) {
            keys[number] = key(writer, number);
        }
        return keys;
    }

    static ItemKey key(ItemKeyWriter writer, int number) {
        var text = Requests.key(number).getBytes(US_ASCII);
        writer.reset();
        writer.partitionString(text, 0, text.length);
        return writer.toKey();
    }

    public ItemCache items() {
        return items;
    }

    public CachedTable table() {
        return table;
    }

    /** Installs the item of {@code number} as a read would that DynamoDB answered; whether it was kept. */
    public boolean fill(ItemKey key, int number) {
        return install(key, body(number));
    }

    boolean install(ItemKey key, byte[] body) {
        return items.install(items.beginFill(table, key), CachedItem.present(body, null, true, items.nowNanos()));
    }

    /** The body of the answer that holds the item of {@code number}. */
    byte[] body(int number) {
        return ("{\"Item\":" + Requests.item(number, itemBytes) + "}").getBytes(US_ASCII);
    }

    /** Does what the proxy does with an announcement of one item. */
    public void invalidate(Invalidation invalidation) {
        var key = Objects.requireNonNull(invalidation.key());
        pages.invalidate(invalidation.table(), key, invalidation.indexes());
        items.invalidate(invalidation.table(), invalidation.tableId(), key, invalidation.version());
    }
}
