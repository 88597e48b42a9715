package io.nearside.replicator.apply;

import io.nearside.change.Change;
import io.nearside.conflict.Decision;
import io.nearside.conflict.LastWriterWins;
import io.nearside.conflict.Resolver;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.replicator.apply.ApplyOutcome.Applied;
import io.nearside.replicator.apply.ApplyOutcome.Cause;
import io.nearside.replicator.apply.ApplyOutcome.Conflict;
import io.nearside.replicator.apply.ApplyOutcome.ParkReason;
import io.nearside.replicator.apply.ApplyOutcome.Parked;
import io.nearside.replicator.apply.ApplyOutcome.Superseded;
import io.nearside.replicator.table.DeleteOutcome;
import io.nearside.replicator.table.FatalStoreException;
import io.nearside.replicator.table.MergingTable;
import io.nearside.replicator.table.PutOutcome;
import io.nearside.replicator.table.RetriableStoreException;
import io.nearside.replicator.table.StoredItem;
import io.nearside.replicator.table.TableFilter;
import io.nearside.replicator.table.Tombstones;
import io.nearside.replicator.table.VersionedTable;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import io.nearside.version.VersionClock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Applies one foreign change to one table, last writer wins; tables that merge attributes are left to {@link AttributeApplier}.
 *
 * <p>Blocking; every call on the table or the tombstones is one atomic step, and a crash, a duplicate or another applier between
 * any two of them does no harm: whatever is left half done is either refused by its version when it comes again, or settled by
 * the region's own capture. Safe for use from any thread; the order of changes of one key is an optimisation only.
 *
 * <p>The checks of the tombstone around an insert decide the fair winner between a late put and a delete. A put that finds itself
 * below the tombstone also takes back what an interrupted attempt of the same put may have inserted.
 *
 * <p>A {@link RetriableStoreException} leaves this class as it is, and the change may be tried again from the start.
 */
public final class Applier {

    /** How often a change may find the item changed under its hands before it lets others go first. */
    private static final int MAX_ATTEMPTS = 16;

    /** Of how many changes to single attributes it is remembered what they replaced. */
    private static final int ATTRIBUTE_CHANGES = 50_000;

    /** Makes an applier that keeps its reports apart by this lineage. */
    public interface Factory {
        Applier applier(Lineage lineage);
    }

    /** What the conditions of the table and the tombstones do, as a rule; it names what became of a change that they refused. */
    private final Resolver resolver = new LastWriterWins();

    private final Tombstones tombstones;
    private final VersionClock clock;
    private final Lineage lineage;
    private final AttributeApplier attributes;

    public Applier(Tombstones tombstones, VersionClock clock, Lineage lineage) {
        this.tombstones = tombstones;
        this.clock = clock;
        this.lineage = lineage;
        this.attributes = new AttributeApplier(tombstones, clock, ATTRIBUTE_CHANGES);
    }

    /**
     * Applies a change to a table that takes in everything.
     *
     * @throws RetriableStoreException if the environment failed
     */
    public ApplyOutcome apply(VersionedTable table, Change change) {
        return apply(table, TableFilter.ALL, change);
    }

    /**
     * Applies a change, or what the filter makes of it.
     *
     * @throws RetriableStoreException if the environment failed
     */
    public ApplyOutcome apply(VersionedTable table, TableFilter filter, Change change) {
        if (!filter.acceptsKey(table.keySchema(), change.keyAttributes())) {
            return new Superseded(Cause.FILTERED);
        }
        MergingTable merging = table.merging();
        if (merging != null) {
            return attributes.apply(merging, change);
        }
        if (!clock.observe(change.version())) {
            return new Parked(ParkReason.CLOCK_AHEAD, "version " + change.version() + " is too far ahead of the clock");
        }
        try {
            ApplyOutcome outcome = applied(table, filter, change);
            if (outcome instanceof Applied) {
                lineage.applied(change);
            }
            return outcome;
        } catch (FatalStoreException e) {
            return new Parked(ParkReason.NOT_APPLICABLE, Objects.requireNonNullElse(e.getMessage(), "refused"));
        }
    }

    private ApplyOutcome applied(VersionedTable table, TableFilter filter, Change change) {
        Item image = change.image();
        if (image == null) {
            return delete(table, change);
        }
        if (change.kind() == Change.Kind.UPDATE) {
            return new Parked(
                    ParkReason.NOT_APPLICABLE,
                    "it has some attributes only, for its region merges attributes of the table, and this one does not");
        }
        return filter.acceptsImage(image) ? put(table, change) : withdraw(table, change);
    }

    private ApplyOutcome put(VersionedTable table, Change change) {
        ItemKey key = change.key();
        Version version = change.version();
        Item image = Objects.requireNonNull(change.image(), "a put has an image");
        Version tombstone = observed(tombstones.read(table.name(), key));
        if (tombstone != null && !version.isAbove(tombstone)) {
            return buried(table, change, tombstone);
        }
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            PutOutcome outcome = table.putIfNewer(key, image, version);
            if (outcome instanceof PutOutcome.Inserted) {
                return unlessBuried(table, change, new Applied(null));
            }
            if (outcome instanceof PutOutcome.Replaced replaced) {
                return new Applied(replaced.old());
            }
            Version existing = observed(((PutOutcome.Refused) outcome).existing());
            if (version.equals(existing)) {
                return unlessBuried(table, change, new Superseded(Cause.DUPLICATE));
            }
            if (existing != null) {
                return lost(change, existing, Cause.NEWER_ITEM);
            }
            Version fresh = clock.next(version);
            if (table.stamp(key, null, fresh)) {
                return lost(change, fresh, Cause.UNSTAMPED_ITEM);
            }
        }
        throw contended(table);
    }

    /** A delete that came between the first look at the tombstone and the insert has the last word. */
    private ApplyOutcome unlessBuried(VersionedTable table, Change change, ApplyOutcome outcome) {
        Version tombstone = observed(tombstones.read(table.name(), change.key()));
        return tombstone == null || change.version().isAbove(tombstone) ? outcome : buried(table, change, tombstone);
    }

    /** Takes back what this put, or an interrupted attempt of it, may have inserted; not what an application put back as it had read it. */
    private ApplyOutcome buried(VersionedTable table, Change change, Version tombstone) {
        StoredItem left = table.read(change.key());
        Stamp stamp = left == null ? null : left.stamp();
        if (left != null
                && stamp != null
                && stamp.version().equals(change.version())
                && stamp.isAppliedIn(clock.region())
                && !left.wasThereBefore(tombstones.removed(table.name(), change.key()))) {
            table.deleteExactly(change.key(), stamp);
        }
        return lost(change, tombstone, Cause.TOMBSTONE);
    }

    private ApplyOutcome delete(VersionedTable table, Change change) {
        ItemKey key = change.key();
        Version version = change.version();
        boolean raised = tombstones.raise(table.name(), key, version);
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            DeleteOutcome outcome = table.deleteIfOlder(key, version);
            if (outcome instanceof DeleteOutcome.Deleted deleted) {
                return new Applied(deleted.old());
            }
            if (outcome instanceof DeleteOutcome.Absent) {
                return raised ? new Applied(null) : new Superseded(Cause.DUPLICATE);
            }
            Version existing = observed(((DeleteOutcome.Refused) outcome).existing());
            if (existing != null) {
                return lost(change, existing, Cause.NEWER_ITEM);
            }
            Version fresh = clock.next(version);
            if (table.stamp(key, null, fresh)) {
                return lost(change, fresh, Cause.UNSTAMPED_ITEM);
            }
        }
        throw contended(table);
    }

    /**
     * An item that the filter keeps out as it is now: what stood here before goes, and nothing older comes back.
     *
     * <p>The tombstone is left just below the change, not at it. The item lives on in other regions at that version, and should the
     * filter ever be widened, the same version has to be able to come in.
     */
    private ApplyOutcome withdraw(VersionedTable table, Change change) {
        ItemKey key = change.key();
        Version version = change.version();
        Version below = version.justBelow();
        tombstones.raise(table.name(), key, below);
        Version ceiling = below;
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            DeleteOutcome outcome = table.deleteIfOlder(key, ceiling);
            if (outcome instanceof DeleteOutcome.Deleted deleted) {
                return new Applied(deleted.old());
            }
            if (outcome instanceof DeleteOutcome.Absent) {
                return new Superseded(Cause.FILTERED);
            }
            Version existing = observed(((DeleteOutcome.Refused) outcome).existing());
            if (existing == null) {
                Version fresh = clock.next(version);
                if (table.stamp(key, null, fresh)) {
                    return lost(change, fresh, Cause.UNSTAMPED_ITEM);
                }
            } else if (existing.equals(below) && ceiling.equals(below)) {
                // Deleted at its own version it would count as deleted by an application, everywhere.
                tombstones.raise(table.name(), key, version);
                ceiling = version;
            } else {
                return existing.equals(version)
                        ? new Superseded(Cause.DUPLICATE)
                        : lost(change, existing, Cause.NEWER_ITEM);
            }
        }
        throw contended(table);
    }

    private ApplyOutcome lost(Change change, Version winner, Cause cause) {
        Decision decision = resolver.resolve(lineage.held(winner, change), change);
        if (decision instanceof Decision.Superseded superseded) {
            return new Superseded(superseded.cause() == Decision.Cause.DUPLICATE ? Cause.DUPLICATE : cause);
        }
        if (decision instanceof Decision.Conflict conflict && conflict.outcome() == Decision.Outcome.KEEP_HELD) {
            return new Conflict(conflict.winner(), cause);
        }
        throw new IllegalStateException("version " + change.version() + " was refused in favour of " + winner
                + ", which it should have beaten");
    }

    private @Nullable Version observed(@Nullable Version version) {
        if (version != null) {
            clock.observe(version);
        }
        return version;
    }

    private static RetriableStoreException contended(VersionedTable table) {
        return new RetriableStoreException(
                RetriableStoreException.Reason.UNAVAILABLE,
                "table " + table.name() + ": an item is written faster than it can be stamped",
                null);
    }
}
