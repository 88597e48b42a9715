package io.nearside.load.memory;

import com.github.benmanes.caffeine.cache.Ticker;
import io.nearside.item.ItemKeyWriter;
import io.nearside.load.workload.Requests;
import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.ItemCacheSettings;
import java.time.Duration;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * A JVM that fills the proxy's item cache and says what that cost: prints entries, heap bytes per entry, and the bytes of
 * key and answer that any cache would have to hold.
 */
public final class MemoryMain {
    private static final Duration LONG = Duration.ofHours(10);

    private MemoryMain() {}

    public static void main(String[] arguments) {
        int entries = Integer.parseInt(arguments[0]);
        int itemBytes = Integer.parseInt(arguments[1]);
        var settings =
                new ItemCacheSettings(Long.MAX_VALUE / 2, LONG, LONG, Duration.ofSeconds(3), Duration.ofSeconds(60));
        var cache = new ItemCache(settings, Ticker.systemTicker(), Runnable::run);
        long before = usedAfterCollection();
        long data = fill(cache, entries, itemBytes);
        long used = usedAfterCollection() - before;
        System.out.println(cache.estimatedEntries() + " " + used / entries + " " + data / entries + " "
                + cache.weightBytes() / entries);
    }

    private static long fill(ItemCache cache, int entries, int itemBytes) {
        var table = cache.tables().open(Requests.TABLE, "id");
        var writer = new ItemKeyWriter();
        long data = 0;
        for (int i = 0; i < entries; i++) {
            var text = Requests.key(i).getBytes(US_ASCII);
            writer.reset();
            writer.partitionString(text, 0, text.length);
            var key = writer.toKey();
            var body = ("{\"Item\":" + Requests.item(i, itemBytes) + "}").getBytes(US_ASCII);
            data += key.length() + body.length;
            cache.install(cache.beginFill(table, key), CachedItem.present(body, null, true, System.nanoTime()));
        }
        return data;
    }

    private static long usedAfterCollection() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
