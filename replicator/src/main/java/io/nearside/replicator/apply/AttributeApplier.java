package io.nearside.replicator.apply;

import io.nearside.change.Change;
import io.nearside.conflict.AttributeMerge;
import io.nearside.conflict.AttributeMerge.Held;
import io.nearside.conflict.AttributeMerge.Merged;
import io.nearside.conflict.AttributeVersions;
import io.nearside.conflict.Decision;
import io.nearside.conflict.LastWriterWins;
import io.nearside.conflict.Resolver;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.replicator.apply.ApplyOutcome.Applied;
import io.nearside.replicator.apply.ApplyOutcome.Cause;
import io.nearside.replicator.apply.ApplyOutcome.Conflict;
import io.nearside.replicator.apply.ApplyOutcome.ParkReason;
import io.nearside.replicator.apply.ApplyOutcome.Parked;
import io.nearside.replicator.apply.ApplyOutcome.Superseded;
import io.nearside.replicator.table.FatalStoreException;
import io.nearside.replicator.table.MergingTable;
import io.nearside.replicator.table.RetriableStoreException;
import io.nearside.replicator.table.StoredItem;
import io.nearside.replicator.table.Tombstones;
import io.nearside.version.Version;
import io.nearside.version.VersionClock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies one foreign change to one table whose attributes are merged: reads what stands, joins the change to it, and writes what rises on
 * condition that the item is still marked as read.
 *
 * <p>Each attribute keeps its highest version, and one that an application wrote a moment ago and that the change does not touch stays as
 * it is. Blocking, and safe to interrupt, repeat and run side by side, as {@link Applier} is; the tombstone is read before each
 * write, and again after an insert. See conflict-resolution/adr/0006-attributes-as-registers.md.
 */
final class AttributeApplier {
    private static final int MAX_ATTEMPTS = 16;

    /** Which side of two versions of one attribute stands is settled by the join; this only says whether a loss is worth a report. */
    private final Resolver resolver = new LastWriterWins();

    private final Tombstones tombstones;
    private final VersionClock clock;
    private final AttributeLineage lineage;

    /** @param remembered how many changes are remembered to tell conflicts from plain lateness */
    AttributeApplier(Tombstones tombstones, VersionClock clock, int remembered) {
        this.tombstones = tombstones;
        this.clock = clock;
        this.lineage = new AttributeLineage(remembered);
    }

    /**
     * Applies a change.
     *
     * @throws RetriableStoreException if the environment failed
     */
    ApplyOutcome apply(MergingTable table, Change change) {
        if (!clock.observe(change.version())) {
            return new Parked(ParkReason.CLOCK_AHEAD, "version " + change.version() + " is too far ahead of the clock");
        }
        try {
            ApplyOutcome outcome = joined(table, change);
            if (outcome instanceof Applied || outcome instanceof ApplyOutcome.Merged) {
                lineage.applied(change);
            }
            return outcome;
        } catch (FatalStoreException e) {
            return new Parked(ParkReason.NOT_APPLICABLE, Objects.requireNonNullElse(e.getMessage(), "refused"));
        }
    }

    private ApplyOutcome joined(MergingTable table, Change change) {
        ItemKey key = change.key();
        boolean news = change.kind().isDeletion() && tombstones.raise(table.name(), key, change.version());
        @Nullable Item old = null;
        boolean tookBefore = false;
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Version tombstone = observed(tombstones.read(table.name(), key));
            StoredItem read = table.read(key);
            AttributeVersions versions = read == null ? null : read.versions();
            if (read != null && (versions == null || (!news && wasPutBack(table, read, versions, change, tombstone)))) {
                Version fresh = clock.next(above(change.version(), tombstone));
                if (table.stamp(key, read, AttributeVersions.whole(fresh))) {
                    return lost(change, List.of(fresh), Cause.UNSTAMPED_ITEM, false);
                }
                continue;
            }
            Held held = read == null || versions == null ? Held.NOTHING : new Held(read.item(), versions);
            observed(held.versions().head());
            Held alive = tombstone == null ? held : AttributeMerge.delete(held, change.keyAttributes(), tombstone);
            Merged merged = AttributeMerge.merge(alive, change);
            if (!write(table, key, read, held, merged.held())) {
                continue;
            }
            boolean took = news || !merged.held().equals(alive);
            if (!tookBefore) {
                old = read == null ? null : read.item();
            }
            boolean inserted = read == null && merged.held().item() != null;
            if (inserted && isBuried(table, key, merged.held().versions().base())) {
                tookBefore |= took;
                continue;
            }
            return outcome(change, merged, took || (tookBefore && merged.duplicate()), old, tombstone);
        }
        throw new RetriableStoreException(
                RetriableStoreException.Reason.UNAVAILABLE,
                "table " + table.name() + ": an item is written faster than a change can be joined to it",
                null);
    }

    /** Whether an application put back what it had removed, stamp and all, and capture has not settled that yet. */
    private boolean wasPutBack(
            MergingTable table,
            StoredItem read,
            AttributeVersions versions,
            Change change,
            @Nullable Version tombstone) {
        return tombstone != null
                && tombstone.isAbove(versions.base())
                && (isNoAppliers(read, versions, tombstone)
                        || read.wasThereBefore(tombstones.removed(table.name(), change.key())));
    }

    /** Whether an item below its tombstone is none that an applier left, or is about to delete: an application brought it. */
    private boolean isNoAppliers(StoredItem read, AttributeVersions versions, Version tombstone) {
        if (read.isAppliedIn(clock.region())) {
            return false;
        }
        boolean ours = versions.head().region() == clock.region();
        return !ours || tombstone.region() == clock.region();
    }

    private boolean isBuried(MergingTable table, ItemKey key, Version base) {
        Version tombstone = observed(tombstones.read(table.name(), key));
        return tombstone != null && tombstone.isAbove(base);
    }

    private static boolean write(MergingTable table, ItemKey key, @Nullable StoredItem read, Held held, Held target) {
        Item item = target.item();
        if (item == null) {
            return read == null || table.delete(key, read);
        }
        if (read == null) {
            return table.replace(key, null, item, Set.of(), target.versions());
        }
        if (target.equals(held)) {
            return true;
        }
        if (!target.versions().base().equals(held.versions().base())) {
            return table.replace(key, read, item, target.versions().notes().keySet(), target.versions());
        }
        return update(table, key, read, item, held.versions(), target.versions());
    }

    /**
     * Writes every attribute whose version rises, also one that was read as it is to be: an application may have written it since, and whoever
     * raises a version writes the value.
     */
    private static boolean update(
            MergingTable table,
            ItemKey key,
            StoredItem read,
            Item item,
            AttributeVersions before,
            AttributeVersions after) {
        Map<String, AttributeValue> set = new HashMap<>();
        Set<String> removed = new HashSet<>();
        for (String name : after.notes().keySet()) {
            if (after.of(name).isAbove(before.of(name))) {
                AttributeValue value = item.get(name);
                if (value == null) {
                    removed.add(name);
                } else {
                    set.put(name, value);
                }
            }
        }
        return table.update(key, read, new Item(set), removed, after);
    }

    private ApplyOutcome outcome(
            Change change, Merged merged, boolean took, @Nullable Item old, @Nullable Version tombstone) {
        if (took) {
            ApplyOutcome lost = lost(change, merged.standing(), Cause.NEWER_ATTRIBUTES, merged.duplicate());
            return lost instanceof Conflict conflict
                    ? new ApplyOutcome.Merged(old, conflict.winner())
                    : new Applied(old);
        }
        Cause cause =
                tombstone != null && merged.standing().contains(tombstone) ? Cause.TOMBSTONE : Cause.NEWER_ATTRIBUTES;
        return lost(change, merged.standing(), cause, merged.duplicate());
    }

    private ApplyOutcome lost(Change change, List<Version> winners, Cause cause, boolean duplicate) {
        Version highest = null;
        for (Version winner : winners) {
            boolean concurrent = resolver.resolve(lineage.held(winner, change), change) instanceof Decision.Conflict;
            if (concurrent && (highest == null || winner.isAbove(highest))) {
                highest = winner;
            }
        }
        if (highest != null) {
            return new Conflict(highest, cause);
        }
        return new Superseded(winners.isEmpty() || duplicate ? Cause.DUPLICATE : cause);
    }

    private static Version above(Version version, @Nullable Version tombstone) {
        return tombstone != null && tombstone.isAbove(version) ? tombstone : version;
    }

    private @Nullable Version observed(@Nullable Version version) {
        if (version != null) {
            clock.observe(version);
        }
        return version;
    }
}
