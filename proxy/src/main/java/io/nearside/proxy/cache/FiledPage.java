package io.nearside.proxy.cache;

import io.nearside.item.ItemKey;
import io.nearside.proxy.query.PageKey;

/**
 * The name of one page, and where it is filed.
 *
 * @param partition the partition that it reads, which its key says too
 */
record FiledPage(PageScope scope, ItemKey partition, PageKey key) {

    @Override
    public boolean equals(Object o) {
        return o instanceof FiledPage other && scope.equals(other.scope) && key.equals(other.key);
    }

    @Override
    public int hashCode() {
        return scope.hashCode() * 31 + key.hashCode();
    }
}
