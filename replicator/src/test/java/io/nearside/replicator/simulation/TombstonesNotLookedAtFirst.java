package io.nearside.replicator.simulation;

import io.nearside.item.Bytes;
import io.nearside.item.ItemKey;
import io.nearside.replicator.table.Tombstones;
import io.nearside.version.Version;
import org.jspecify.annotations.Nullable;

/** What an applier sees that saves the look at the tombstone before it puts an item: the look after an insert is a real one. */
final class TombstonesNotLookedAtFirst implements Tombstones {
    private final Tombstones real;
    private boolean first = true;

    TombstonesNotLookedAtFirst(Tombstones real) {
        this.real = real;
    }

    /** The next change begins. */
    void begin() {
        first = true;
    }

    @Override
    public @Nullable Version read(String table, ItemKey key) {
        if (first) {
            first = false;
            return null;
        }
        return real.read(table, key);
    }

    @Override
    public boolean replace(
            String table, ItemKey key, @Nullable Version expected, Version fresh, @Nullable Bytes removed) {
        return real.replace(table, key, expected, fresh, removed);
    }

    @Override
    public @Nullable Bytes removed(String table, ItemKey key) {
        return real.removed(table, key);
    }

    @Override
    public boolean raise(String table, ItemKey key, Version version) {
        return real.raise(table, key, version);
    }
}
