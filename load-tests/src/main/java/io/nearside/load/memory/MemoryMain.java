package io.nearside.load.memory;

import io.nearside.item.ItemKeyWriter;

/**
 * A JVM that fills the proxy's item cache and says what that cost: prints entries, heap bytes per entry, the bytes of key
 * and answer that any cache would have to hold, the bytes per entry as the cache weighs them, and the heap used in all.
 */
public final class MemoryMain {
    private MemoryMain() {}

    public static void main(String[] arguments) {
        int entries = Integer.parseInt(arguments[0]);
        var cache = FilledCache.empty(Integer.parseInt(arguments[1]));
        long before = usedAfterCollection();
        long data = fill(cache, entries);
        long all = usedAfterCollection();
        System.out.println(cache.items().estimatedEntries() + " " + (all - before) / entries + " " + data / entries
                + " " + cache.items().weightBytes() / entries + " " + all);
    }

    private static long fill(FilledCache cache, int entries) {
        var writer = new ItemKeyWriter();
        long data = 0;
        for (int number = 0; number < entries; number++) {
            var key = FilledCache.key(writer, number);
            var body = cache.body(number);
            data += key.length() + body.length;
            cache.install(key, body);
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
