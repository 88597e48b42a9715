package io.nearside.proxy.cache;

import io.nearside.item.ItemKey;

/**
 * The identity of one entry: incarnation and generation of the table, and the item's key. Ordered, without meaning, so that a bin of
 * a hash table that holds many is searched as a tree.
 */
final class EntryKey implements Comparable<EntryKey> {

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
    public int compareTo(EntryKey other) {
        int order = key.compareTo(other.key);
        order = order != 0 ? order : Integer.compare(generation, other.generation);
        order = order != 0 ? order : table.name().compareTo(other.table.name());
        return order != 0 ? order : table.id().compareTo(other.table.id());
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
