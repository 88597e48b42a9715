package io.nearside.proxy.query;

import io.nearside.item.SeededHash;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The canonical form of everything in a Query or Scan that can influence its page, the table apart: two requests with equal
 * keys on one table get the same answer at the same moment, however they were spelled. Immutable; the hash is computed once.
 */
public final class PageKey implements Comparable<PageKey> {
    private final byte[] canonical;
    private final int hash;

    PageKey(byte[] canonical) {
        this.canonical = canonical;
        this.hash = SeededHash.of(canonical);
    }

    /** How many bytes it has. */
    public int length() {
        return canonical.length;
    }

    /** In an order without meaning. */
    @Override
    public int compareTo(PageKey other) {
        return Arrays.compare(canonical, other.canonical);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PageKey that && hash == that.hash && Arrays.equals(canonical, that.canonical);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
