package io.nearside.proxy.query;

import io.nearside.item.ItemKey;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A place between two keys of a partition, in the order of their canonical bytes: just before some bytes, just after them, or
 * at either end. Cuts at one place are equal; keys are never equal to a cut, so intervals of cuts need no flags.
 */
public final class Cut implements Comparable<Cut> {
    /** Before all keys. */
    static final Cut BOTTOM = new Cut(new byte[0], false);

    /** After all keys: no canonical key starts with this byte. */
    static final Cut TOP = new Cut(new byte[] {(byte) 0xFF}, true);

    private final byte[] bytes;
    private final boolean after;

    private Cut(byte[] bytes, boolean after) {
        this.bytes = bytes;
        this.after = after;
    }

    static Cut before(byte[] key) {
        return new Cut(key, false);
    }

    static Cut after(byte[] key) {
        return new Cut(key, true);
    }

    static Cut before(ItemKey key) {
        return before(key.toBytes());
    }

    static Cut after(ItemKey key) {
        return after(key.toBytes());
    }

    /** Behind all keys that start with these bytes. */
    static Cut afterPrefix(byte[] prefix) {
        int last = prefix.length - 1;
        while (last >= 0 && prefix[last] == (byte) 0xFF) {
            last--;
        }
        if (last < 0) {
            return TOP;
        }
        byte[] next = Arrays.copyOf(prefix, last + 1);
        next[last]++;
        return before(next);
    }

    /** What it takes to write the cut down canonically. */
    byte[] bytes() {
        return bytes;
    }

    boolean isAfter() {
        return after;
    }

    int weight() {
        return bytes.length;
    }

    @Override
    public int compareTo(Cut other) {
        int order = Arrays.compareUnsigned(bytes, other.bytes);
        return order != 0 ? order : Boolean.compare(after, other.after);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Cut cut && compareTo(cut) == 0;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes) * 2 + (after ? 1 : 0);
    }
}
