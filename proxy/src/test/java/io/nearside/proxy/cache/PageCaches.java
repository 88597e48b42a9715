package io.nearside.proxy.cache;

import java.time.Duration;

/** Page caches for tests. */
public final class PageCaches {

    private PageCaches() {}

    /** A page cache with the defaults of the configuration, sharing the item cache's tables. */
    public static PageCache beside(ItemCache items, VirtualTicker ticker) {
        PageCacheSettings settings =
                new PageCacheSettings(1 << 20, Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofSeconds(30));
        return new PageCache(settings, items.tables(), ticker, Runnable::run);
    }
}
