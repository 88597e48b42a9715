package io.nearside.proxy.cache;

import io.nearside.item.ItemKey;

/**
 * A read of one item that is about to be sent to DynamoDB: the counters as they were before it left.
 *
 * <p>Made by {@link ItemCache#beginFill} and given back to {@link ItemCache#install} with the answer. Dropping it
 * without installing is always right.
 */
public final class Fill {

    private final EntryKey key;
    private final int itemStripe;
    private final long itemSequence;
    private final long tableSequence;
    private final boolean fresh;
    private final boolean installable;
    private final long begunNanos;

    Fill(
            EntryKey key,
            int itemStripe,
            long itemSequence,
            long tableSequence,
            boolean fresh,
            boolean installable,
            long begunNanos) {
        this.key = key;
        this.itemStripe = itemStripe;
        this.itemSequence = itemSequence;
        this.tableSequence = tableSequence;
        this.fresh = fresh;
        this.installable = installable;
        this.begunNanos = begunNanos;
    }

    /**
     * Whether the read has to be sent with {@code ConsistentRead=true}: the key was written so recently that a replica
     * might answer with what was there before.
     */
    public boolean mustReadStrongly() {
        return fresh;
    }

    /** The table that the read is about. */
    public CachedTable table() {
        return key.table();
    }

    /** The key that the read is about. */
    public ItemKey itemKey() {
        return key.itemKey();
    }

    EntryKey key() {
        return key;
    }

    int itemStripe() {
        return itemStripe;
    }

    long itemSequence() {
        return itemSequence;
    }

    long tableSequence() {
        return tableSequence;
    }

    boolean installable() {
        return installable;
    }

    long begunNanos() {
        return begunNanos;
    }
}
