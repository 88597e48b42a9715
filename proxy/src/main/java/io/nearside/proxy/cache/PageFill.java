package io.nearside.proxy.cache;

import io.nearside.item.ItemKey;
import org.jspecify.annotations.Nullable;

/**
 * A Query or Scan that is about to be sent to DynamoDB: the counters as they were before it left. Dropping it without installing is
 * always right.
 */
public final class PageFill {

    private final PageScope scope;
    private final @Nullable ItemKey partition;
    private final boolean global;
    private final long[] sequences;
    private final boolean recent;
    private final boolean installable;
    private final long begunNanos;

    PageFill(
            PageScope scope,
            @Nullable ItemKey partition,
            boolean global,
            long[] sequences,
            boolean recent,
            boolean installable,
            long begunNanos) {
        this.scope = scope;
        this.partition = partition;
        this.global = global;
        this.sequences = sequences;
        this.recent = recent;
        this.installable = installable;
        this.begunNanos = begunNanos;
    }

    /**
     * Whether the page has to be read with {@code ConsistentRead=true}; never of a global index, which knows no such reads, and
     * never for a scan, which is too dear: it is just not kept.
     */
    public boolean mustReadStrongly() {
        return recent && !global && partition != null;
    }

    PageScope scope() {
        return scope;
    }

    @Nullable ItemKey partition() {
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

    long begunNanos() {
        return begunNanos;
    }
}
