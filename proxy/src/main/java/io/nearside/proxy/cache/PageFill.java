package io.nearside.proxy.cache;

import io.nearside.item.ItemKey;

/**
 * A Query that is about to be sent to DynamoDB: the counters as they were before it left. Dropping it without installing is
 * always right.
 */
public final class PageFill {

    private final PageScope scope;
    private final ItemKey partition;
    private final boolean global;
    private final long[] sequences;
    private final boolean recent;
    private final boolean installable;

    PageFill(
            PageScope scope, ItemKey partition, boolean global, long[] sequences, boolean recent, boolean installable) {
        this.scope = scope;
        this.partition = partition;
        this.global = global;
        this.sequences = sequences;
        this.recent = recent;
        this.installable = installable;
    }

    /** Whether the page has to be read with {@code ConsistentRead=true}; never of a global index, which knows no such reads. */
    public boolean mustReadStrongly() {
        return recent && !global;
    }

    PageScope scope() {
        return scope;
    }

    ItemKey partition() {
        return partition;
    }

    boolean global() {
        return global;
    }

    long[] sequences() {
        return sequences;
    }

    boolean installable() {
        return installable;
    }
}
