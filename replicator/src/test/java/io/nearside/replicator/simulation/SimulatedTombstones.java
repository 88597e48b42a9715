package io.nearside.replicator.simulation;

import io.nearside.item.Bytes;
import io.nearside.item.ItemKey;
import io.nearside.replicator.table.Tombstones;
import io.nearside.version.Version;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One region's tombstones, in memory; each method is a step of the simulation. */
final class SimulatedTombstones implements Tombstones {
    private final Interference interference;
    private final boolean forgetful;
    private final boolean forgetsRemoved;
    private final Map<ItemKey, Version> versions = new TreeMap<>();
    private final Map<ItemKey, Bytes> stamps = new TreeMap<>();

    SimulatedTombstones(Interference interference, boolean forgetful) {
        this(interference, forgetful, false);
    }

    /** @param forgetsRemoved whether the stamp of what a deletion took away is forgotten */
    SimulatedTombstones(Interference interference, boolean forgetful, boolean forgetsRemoved) {
        this.interference = interference;
        this.forgetful = forgetful;
        this.forgetsRemoved = forgetsRemoved;
    }

    List<ItemKey> keys() {
        return List.copyOf(versions.keySet());
    }

    @Nullable Version peek(ItemKey key) {
        return versions.get(key);
    }

    @Override
    public @Nullable Version read(String table, ItemKey key) {
        interference.before();
        return versions.get(key);
    }

    @Override
    public boolean replace(
            String table, ItemKey key, @Nullable Version expected, Version fresh, @Nullable Bytes removed) {
        interference.before();
        boolean holds = Objects.equals(versions.get(key), expected);
        if (holds) {
            write(key, fresh);
            if (removed != null && !forgetful && !forgetsRemoved) {
                stamps.put(key, removed);
            }
        }
        interference.after();
        return holds;
    }

    @Override
    public @Nullable Bytes removed(String table, ItemKey key) {
        interference.before();
        return stamps.get(key);
    }

    @Override
    public boolean raise(String table, ItemKey key, Version version) {
        interference.before();
        Version existing = versions.get(key);
        boolean holds = existing == null || version.isAbove(existing);
        if (holds) {
            write(key, version);
        }
        interference.after();
        return holds;
    }

    private void write(ItemKey key, Version version) {
        if (!forgetful) {
            interference.tell(() -> "tombstone " + version);
            versions.put(key, version);
        }
    }
}
