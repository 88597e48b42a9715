package io.nearside.replicator.capture;

import io.nearside.change.Change;
import io.nearside.conflict.AttributeVersions;
import io.nearside.item.Bytes;
import io.nearside.item.Item;
import io.nearside.replicator.capture.Settled.Outcome;
import io.nearside.replicator.table.MergingTable;
import io.nearside.replicator.table.RetriableStoreException;
import io.nearside.replicator.table.StoredItem;
import io.nearside.replicator.table.Tombstones;
import io.nearside.version.Version;
import io.nearside.version.VersionClock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what one stream record of a table means whose attributes are merged. The two rules of {@link Settlement}, for each attribute
 * on its own.
 *
 * <p><b>Rule 1.</b> An attribute whose version rose, to one of this region, is published with the value that the record shows, and
 * no other attribute with it.
 *
 * <p><b>Rule 2.</b> An attribute whose value changed while its version did not rise was written by an application: it gets a fresh version, above
 * everything seen, unless its version has risen since. Whoever raises a version either writes the value or publishes the one
 * that stands, so either way no application's write is left that nobody heard of. An item written without its versions, or with ones
 * of which the base has fallen, is a write of the whole item.
 *
 * <p>Blocking, thread-safe and repeatable as {@link Settlement} is. See conflict-resolution/adr/0006-attributes-as-registers.md.
 */
public final class AttributeSettlement implements Settling {
    private final MergingTable table;
    private final Tombstones tombstones;
    private final VersionClock clock;
    private final InstantSource wall;

    /**
     * @param clock makes this process's versions; its region is the origin that counts as "here"
     * @param wall for the time noted on published changes
     */
    public AttributeSettlement(MergingTable table, Tombstones tombstones, VersionClock clock, InstantSource wall) {
        this.table = table;
        this.tombstones = tombstones;
        this.clock = clock;
        this.wall = wall;
    }

    @Override
    public Settled handle(CapturedRecord record) {
        AttributeVersions before = observed(record.oldItem());
        StoredItem image = record.newItem();
        AttributeVersions after = observed(image);
        if (image == null || after == null) {
            return settle(record, Doubt.ofAll(before));
        }
        if (record.position() == null && record.oldItem() != null) {
            return settle(record, Doubt.ofAll(before, after));
        }
        if (isCopied(record, image, after)) {
            return settle(record, Doubt.ofAll(before, after));
        }
        Version tombstone = record.oldItem() == null ? readTombstone(record) : null;
        List<Change> committed = committed(record, image.item(), before, after, tombstone);
        Doubt doubt = Doubt.of(record, after, tombstone);
        Settled settled = doubt.isNone()
                ? Settled.silently(committed.isEmpty() ? Outcome.FOREIGN : Outcome.PUBLISHED)
                : settle(record, doubt);
        return committed.isEmpty() ? settled : published(settled, committed);
    }

    /** Whether an application brought the versions from another region's table: neither this region nor an applier of it wrote them. */
    private boolean isCopied(CapturedRecord record, StoredItem image, AttributeVersions after) {
        return !isOurs(after.head()) && !image.isAppliedIn(clock.region()) && !image.isMarkedAs(record.oldItem());
    }

    private static Settled published(Settled settled, List<Change> changes) {
        List<Change> all = new ArrayList<>(settled.changes());
        all.addAll(changes);
        return new Settled(settled.outcome(), all);
    }

    /** Rule 1. */
    private List<Change> committed(
            CapturedRecord record,
            Item image,
            @Nullable AttributeVersions before,
            AttributeVersions after,
            @Nullable Version tombstone) {
        AttributeVersions floor = before == null
                ? AttributeVersions.whole(tombstone == null ? AttributeVersions.NEVER : tombstone)
                : before;
        boolean whole = after.notes().isEmpty() || record.position() == null;
        return new AttributeImage(table.name(), record.key(), record.keyAttributes(), image, after)
                .since(floor, whole, this::isOurs, record.position(), wall.instant());
    }

    /** Rule 2. */
    private Settled settle(CapturedRecord record, Doubt doubt) {
        for (int attempt = 0; attempt < Settlement.ATTEMPTS; attempt++) {
            StoredItem item = table.read(record.key());
            Version tombstone = readTombstone(record);
            Optional<Settled> settled =
                    item == null ? settleAbsent(record, tombstone) : settlePresent(record, doubt, tombstone, item);
            if (settled.isPresent()) {
                return settled.get();
            }
        }
        throw unavailable("an item kept changing while it was being settled");
    }

    private Optional<Settled> settlePresent(
            CapturedRecord record, Doubt doubt, @Nullable Version tombstone, StoredItem item) {
        AttributeVersions versions = observed(item);
        Version seen = max(head(record), tombstone);
        if (versions == null) {
            return stamped(record, item, AttributeVersions.whole(clock.next(seen)));
        }
        Doubt left = doubt.of(versions);
        boolean buried = tombstone != null && tombstone.isAbove(versions.base());
        if (left.isNone() && !buried) {
            return Optional.of(withDeletion(record, tombstone, Outcome.OVERTAKEN));
        }
        if (cameAfterRemoval(record, item, versions)) {
            table.delete(record.key(), item);
            return Optional.empty();
        }
        if (isAboutToGo(record, item, versions, tombstone)) {
            throw unavailable("an item is below its tombstone, and somebody is about to delete it");
        }
        Version fresh = clock.next(max(seen, versions.head()));
        AttributeVersions raised = versions.raised(left.attributes().keySet(), fresh);
        boolean whole = left.rest() != null || buried || raised.notes().size() > AttributeVersions.MANY_NOTES;
        return table.stamp(record.key(), item, whole ? AttributeVersions.whole(fresh) : raised)
                ? Optional.of(withDeletion(record, tombstone, Outcome.STAMPED))
                : Optional.empty();
    }

    /**
     * The end of a record. What is there may stand on a deletion of this region that whoever wrote the tombstone did not live to publish, so a
     * removal is not settled before the tombstone is published, whatever is above it; to publish it twice does nothing.
     */
    private Settled withDeletion(CapturedRecord record, @Nullable Version tombstone, Outcome outcome) {
        return record.newItem() == null && tombstone != null && isOurs(tombstone)
                ? new Settled(outcome, List.of(repeated(record, tombstone)))
                : Settled.silently(outcome);
    }

    private Optional<Settled> stamped(CapturedRecord record, StoredItem item, AttributeVersions fresh) {
        return table.stamp(record.key(), item, fresh)
                ? Optional.of(Settled.silently(Outcome.STAMPED))
                : Optional.empty();
    }

    /**
     * Whether what is there is another region's change that found nothing in its way because this removal is not settled yet, and that is no
     * newer than what was removed.
     */
    private boolean cameAfterRemoval(CapturedRecord record, StoredItem item, AttributeVersions versions) {
        Version removed = head(record);
        if (record.newItem() != null || removed == null || !item.isAppliedIn(clock.region())) {
            return false;
        }
        return !versions.head().isAbove(removed) && !item.wasThereBefore(stored(record.oldItem()));
    }

    /** Whether an applier is between raising a tombstone and what follows from it; see {@link Settlement}. */
    private boolean isAboutToGo(
            CapturedRecord record, StoredItem item, AttributeVersions versions, @Nullable Version tombstone) {
        return tombstone != null
                && tombstone.isAbove(versions.base())
                && !(isOurs(versions.head()) && isOurs(tombstone))
                && wall.instant().isBefore(record.read().plus(Settlement.APPLIER_PATIENCE))
                && !wasPutBack(record, item);
    }

    private static @Nullable Bytes stored(@Nullable StoredItem image) {
        return image == null ? null : image.stored();
    }

    private boolean wasPutBack(CapturedRecord record, StoredItem item) {
        return (record.newItem() == null && item.wasThereBefore(stored(record.oldItem())))
                || item.wasThereBefore(tombstones.removed(table.name(), record.key()));
    }

    private Optional<Settled> settleAbsent(CapturedRecord record, @Nullable Version tombstone) {
        Version floor = head(record);
        if (tombstone != null && (floor == null || tombstone.isAbove(floor))) {
            return Optional.of(
                    isOurs(tombstone)
                            ? new Settled(Outcome.DELETE_REPEATED, List.of(repeated(record, tombstone)))
                            : Settled.silently(Outcome.DELETE_FOREIGN));
        }
        Version deleted =
                record.expired() && floor != null ? clock.tickAfter(floor) : clock.next(max(floor, tombstone));
        if (!tombstones.replace(table.name(), record.key(), tombstone, deleted, stored(record.oldItem()))) {
            return Optional.empty();
        }
        removeIntruder(record, deleted);
        return Optional.of(new Settled(Outcome.DELETED, List.of(deletion(kind(record), record, deleted, floor))));
    }

    private Change repeated(CapturedRecord record, Version tombstone) {
        Version floor = head(record);
        boolean sameDelete = floor != null && tombstone.clock() == floor.clock() + 1;
        return deletion(sameDelete ? kind(record) : Change.Kind.DELETE, record, tombstone, null);
    }

    /** Another region's change may have come between reading the item as absent and writing the tombstone. */
    private void removeIntruder(CapturedRecord record, Version deleted) {
        StoredItem item = table.read(record.key());
        AttributeVersions versions = observed(item);
        if (item != null
                && versions != null
                && item.isAppliedIn(clock.region())
                && deleted.isAbove(versions.head())
                && !item.wasThereBefore(stored(record.oldItem()))) {
            table.delete(record.key(), item);
        }
    }

    private Change deletion(Change.Kind kind, CapturedRecord record, Version version, @Nullable Version previous) {
        return new Change(
                kind,
                table.name(),
                record.key(),
                record.keyAttributes(),
                null,
                version,
                previous,
                record.position(),
                wall.instant());
    }

    private static Change.Kind kind(CapturedRecord record) {
        return record.expired() ? Change.Kind.TTL : Change.Kind.DELETE;
    }

    /** The highest version that the record shows. */
    private static @Nullable Version head(CapturedRecord record) {
        return max(head(record.oldItem()), head(record.newItem()));
    }

    private static @Nullable Version head(@Nullable StoredItem item) {
        AttributeVersions versions = item == null ? null : item.versions();
        return versions == null ? null : versions.head();
    }

    private @Nullable AttributeVersions observed(@Nullable StoredItem item) {
        AttributeVersions versions = item == null ? null : item.versions();
        if (versions != null) {
            clock.observe(versions.head());
        }
        return versions;
    }

    private @Nullable Version readTombstone(CapturedRecord record) {
        Version tombstone = tombstones.read(table.name(), record.key());
        if (tombstone != null) {
            clock.observe(tombstone);
        }
        return tombstone;
    }

    private RetriableStoreException unavailable(String what) {
        return new RetriableStoreException(
                RetriableStoreException.Reason.UNAVAILABLE, "table " + table.name() + ": " + what, null);
    }

    private boolean isOurs(Version version) {
        return version.region() == clock.region();
    }

    private static @Nullable Version max(@Nullable Version a, @Nullable Version b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return a.isAbove(b) ? a : b;
    }
}
