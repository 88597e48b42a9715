package io.nearside.replicator.simulation;

import io.nearside.change.Change;
import io.nearside.item.ItemKey;
import io.nearside.replicator.apply.ApplyOutcome;
import io.nearside.version.Version;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What one region did with the changes that it was told of. */
final class Books {
    record Entry(ItemKey key, Version version) {
        static Entry of(Change change) {
            return new Entry(change.key(), change.version());
        }
    }

    /** The three columns that must add up. */
    enum Column {
        APPLIED,
        SUPERSEDED,
        PARKED
    }

    private final Map<Column, Integer> sums = new EnumMap<>(Column.class);
    private final Map<Entry, Integer> delivered = new HashMap<>();
    private final Set<Entry> done = new HashSet<>();
    private final Set<ItemKey> parked = new HashSet<>();
    private int received;

    /** A change is on its way here; a change may be sent several times. */
    void expect(Change change) {
        received++;
        delivered.merge(Entry.of(change), 1, Integer::sum);
    }

    void note(Change change, ApplyOutcome outcome) {
        done.add(Entry.of(change));
        sums.merge(column(outcome), 1, Integer::sum);
        if (outcome instanceof ApplyOutcome.Parked) {
            parked.add(change.key());
        }
    }

    private static Column column(ApplyOutcome outcome) {
        if (outcome instanceof ApplyOutcome.Applied || outcome instanceof ApplyOutcome.Merged) {
            return Column.APPLIED;
        }
        return outcome instanceof ApplyOutcome.Parked ? Column.PARKED : Column.SUPERSEDED;
    }

    /** The keys of which a change was put aside. */
    Set<ItemKey> parked() {
        return parked;
    }

    /** Whether everything received ended in exactly one column. */
    boolean balance() {
        int entered = sums.values().stream().mapToInt(Integer::intValue).sum();
        return entered == received && done.equals(delivered.keySet());
    }

    @Override
    public String toString() {
        return "received " + received + ", " + sums;
    }
}
