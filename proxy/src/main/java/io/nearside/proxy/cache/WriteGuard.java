package io.nearside.proxy.cache;

import io.nearside.item.ItemKey;

/**
 * A write of one item that is about to be sent to DynamoDB.
 *
 * <p>Made by {@link ItemCache#beginWrite}; ended exactly once, by one of {@link ItemCache#endWrite},
 * {@link ItemCache#endWriteInstalling}, {@link ItemCache#endWriteUncertain} and {@link ItemCache#endWriteUnsent}, before
 * the caller of the write is answered; what comes after the first does not count. A guard that is never ended keeps its stripe from installing writes for good, so
 * every path ends it.
 */
public final class WriteGuard {

    private final EntryKey key;
    private final int itemStripe;
    private final long begun;
    private final long tableSequence;
    private boolean ended;

    WriteGuard(EntryKey key, int itemStripe, long begun, long tableSequence) {
        this.key = key;
        this.itemStripe = itemStripe;
        this.begun = begun;
        this.tableSequence = tableSequence;
    }

    /** The table that is written. */
    public CachedTable table() {
        return key.table();
    }

    /** The key that is written. */
    public ItemKey itemKey() {
        return key.itemKey();
    }

    /** True the first time: a stripe that a write left twice would count a writer too few. */
    boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    EntryKey key() {
        return key;
    }

    int itemStripe() {
        return itemStripe;
    }

    long begun() {
        return begun;
    }

    long tableSequence() {
        return tableSequence;
    }
}
