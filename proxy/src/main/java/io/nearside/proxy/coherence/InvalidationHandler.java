package io.nearside.proxy.coherence;

import io.nearside.change.Invalidation;
import io.nearside.change.Invalidation.Scope;
import io.nearside.item.ItemKey;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.PageCache;

/** Acts on what others announced: an announcement can only cost a miss. */
final class InvalidationHandler {

    private final ItemCache cache;
    private final PageCache pages;
    private final String ownSource;

    InvalidationHandler(ItemCache cache, PageCache pages, String ownSource) {
        this.cache = cache;
        this.pages = pages;
        this.ownSource = ownSource;
    }

    void handle(Invalidation invalidation) {
        ItemKey key = invalidation.key();
        if (invalidation.source().equals(ownSource)) {
            return;
        }
        if (key == null) {
            cache.tables().changedElsewhere(invalidation.table());
        } else if (invalidation.scope() == Scope.PARTITION) {
            pages.invalidatePartition(invalidation.table(), key, invalidation.indexes());
            cache.invalidatePartition(invalidation.table(), invalidation.tableId(), key, invalidation.source());
        } else {
            pages.invalidate(invalidation.table(), key, invalidation.indexes());
            cache.invalidate(
                    invalidation.table(), invalidation.tableId(), key, invalidation.version(), invalidation.source());
        }
    }

    /** Something was announced that cannot be read: it may have been about anything. */
    void handleUnreadable() {
        cache.tables().endWriteOfAll();
    }

    /** Announcements were missed for good. */
    void handleGap() {
        cache.tables().endWriteOfAll();
    }
}
