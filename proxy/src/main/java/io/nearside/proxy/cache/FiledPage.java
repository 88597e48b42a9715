package io.nearside.proxy.cache;

import io.nearside.item.ItemKey;
import io.nearside.proxy.query.PageKey;
import org.jspecify.annotations.Nullable;

/**
 * The name of one page, and where it is filed.
 *
 * @param partition the partition that it reads, which its key says too; null for a page of a scan
 */
record FiledPage(PageScope scope, @Nullable ItemKey partition, PageKey key) {

    /** Bytes of its keys. */
    int length() {
        return key.length() + (partition == null ? 0 : partition.length());
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof FiledPage other && scope.equals(other.scope) && key.equals(other.key);
    }

    @Override
    public int hashCode() {
        return scope.hashCode() * 31 + key.hashCode();
    }
}
