package io.nearside.proxy.cache;

import io.nearside.item.ItemKey;
import io.nearside.proxy.query.PageKey;
import org.jspecify.annotations.Nullable;

/**
 * The name of one page, and where it is filed. Ordered, without meaning, so that a bin of a hash table that holds many is searched as
 * a tree.
 *
 * @param partition the partition that it reads, which its key says too; null for a page of a scan
 */
record FiledPage(PageScope scope, @Nullable ItemKey partition, PageKey key) implements Comparable<FiledPage> {

    /** Bytes of its keys. */
    int length() {
        return key.length() + (partition == null ? 0 : partition.length());
    }

    @Override
    public int compareTo(FiledPage other) {
        int order = key.compareTo(other.key);
        order = order != 0 ? order : scope.index().compareTo(other.scope.index());
        order = order != 0 ? order : Integer.compare(scope.generation(), other.scope.generation());
        order = order != 0
                ? order
                : scope.table().name().compareTo(other.scope.table().name());
        return order != 0
                ? order
                : scope.table().id().compareTo(other.scope.table().id());
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
