package io.nearside.proxy.cache;

import io.nearside.item.ItemKey;

/** The identity of one entry: incarnation and generation of the table, and the item's key. */
final class EntryKey {

    private final CachedTable table;
    private final int generation;
    private final ItemKey key;

    EntryKey(CachedTable table, int generation, ItemKey key) {
        this.table = table;
        this.generation = generation;
        this.key = key;
    }

    ItemKey itemKey() {
        return key;
    }

    CachedTable table() {
        return table;
    }

    int generation() {
        return generation;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof EntryKey other
                && table == other.table
                && generation == other.generation
                && key.equals(other.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode() * 31 + table.nameHash() + generation * 0x9E3779B9;
    }
}
