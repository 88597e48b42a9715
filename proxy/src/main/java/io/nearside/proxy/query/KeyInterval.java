package io.nearside.proxy.query;

import io.nearside.item.ItemKey;

/**
 * A stretch of the keys of one partition of a table or index, in the order in which DynamoDB returns them forward: by the
 * unsigned bytes of canonical keys. Immutable.
 *
 * @param partition the partition's key
 * @param low where the stretch starts
 * @param high where it ends, not before {@code low} if it holds anything
 */
public record KeyInterval(ItemKey partition, Cut low, Cut high) {
    /** Whether the key of this partition lies in the stretch. A key of another partition is the caller's mistake. */
    public boolean contains(ItemKey key) {
        Cut at = Cut.before(key);
        return low.compareTo(at) <= 0 && at.compareTo(high) < 0;
    }

    /** The part of the stretch that starts behind a key, or at it. */
    KeyInterval from(Cut start) {
        return new KeyInterval(partition, start, high);
    }

    /** The part of the stretch that ends before a key, or with it. */
    KeyInterval to(Cut end) {
        return new KeyInterval(partition, low, end);
    }

    /** Bytes of heap that the interval takes, roughly; for the weight of what is filed under it. */
    public int weight() {
        return 96 + partition.length() + low.weight() + high.weight();
    }
}
