package io.nearside.replicator.capture;

import io.nearside.change.Change;
import io.nearside.item.Bytes;
import io.nearside.item.Item;
import io.nearside.replicator.capture.Settled.Outcome;
import io.nearside.replicator.table.RetriableStoreException;
import io.nearside.replicator.table.StampOutcome;
import io.nearside.replicator.table.StoredItem;
import io.nearside.replicator.table.Tombstones;
import io.nearside.replicator.table.VersionedTable;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import io.nearside.version.VersionClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what one stream record means: a version that its region committed, or a write that still needs one.
 *
 * <p><b>Rule 1.</b> A record whose new image has a version different from the old image's and above it (and above the key's
 * tombstone, if there was no old image) is a committed version. Made here, it is published; made elsewhere, it is another region's
 * change that was applied here, and nothing is to be done: that is all it takes to keep changes from going round in circles.
 *
 * <p><b>Rule 2.</b> Everything else is a write by an application that knows nothing of versions: no version, an unchanged, copied
 * or regressed one, or a removal. It is <em>settled</em>: the item as it stands now gets a version above everything this region
 * has seen of it. For an item that is there, that is one conditional update, whose own record is then published by rule 1; for
 * an item that is gone, it is a tombstone, and the delete is published right away.
 *
 * <p>Why it is safe to do twice, late, or by two processes at once: each write is conditional on exactly what was read, so of two
 * racing settlements one finds its condition false, reads again and finds the work done.
 *
 * <p>One step is one call of an interface, in the order in which the rules name them, so that a simulator can stop between any two.
 * Blocking; thread-safe, but the records of one key must come one after the other, in stream order. Store failures pass through
 * ({@link io.nearside.replicator.table.StoreException}); handling the record again from the start is then right.
 */
public final class Settlement implements Settling {

    /** So often a condition may fail on one record before it goes back to the queue. */
    static final int ATTEMPTS = 64;

    /** How long an applier may be in the middle of a change before what it left is taken for an application's doing. */
    static final Duration APPLIER_PATIENCE = Duration.ofSeconds(5);

    private final VersionedTable table;
    private final Tombstones tombstones;
    private final VersionClock clock;
    private final InstantSource wall;

    /**
     * @param clock makes this process's versions; its region is the origin that counts as "here"
     * @param wall for the time noted on published changes
     */
    public Settlement(VersionedTable table, Tombstones tombstones, VersionClock clock, InstantSource wall) {
        this.table = table;
        this.tombstones = tombstones;
        this.clock = clock;
        this.wall = wall;
    }

    @Override
    public Settled handle(CapturedRecord record) {
        observe(record.oldVersion());
        observe(record.newVersion());
        StoredItem image = record.newItem();
        return image != null && image.version() != null && isCommitted(record, image, image.version())
                ? committed(record, image, image.version())
                : settle(record);
    }

    @Override
    public @Nullable CapturedRecord together(CapturedRecord first, CapturedRecord next) {
        return first.followedBy(next);
    }

    /**
     * Rule 1: whether the record's own version is one that nothing here has gone beyond, and came here by one of the two ways in which
     * versions come: this region gave it to the write, or an applier of this region wrote it. An application that copies an item from
     * another region's table brings a version that came neither way.
     */
    private boolean isCommitted(CapturedRecord record, StoredItem image, Version fresh) {
        if (!isOurs(fresh) && !image.isAppliedIn(clock.region())) {
            return false;
        }
        if (record.oldItem() != null) {
            return isAbove(fresh, record.oldVersion());
        }
        return isAbove(fresh, readTombstone(record));
    }

    private Settled committed(CapturedRecord record, StoredItem image, Version version) {
        if (!isOurs(version)) {
            return Settled.silently(Outcome.FOREIGN);
        }
        return publish(Outcome.PUBLISHED, record, Change.Kind.PUT, image.item(), version, record.oldVersion());
    }

    /** Rule 2. */
    private Settled settle(CapturedRecord record) {
        Version floor = max(record.oldVersion(), record.newVersion());
        Settled unread = settledUnread(record, floor);
        if (unread != null) {
            return unread;
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Settled> settled = trySettle(record, floor);
            if (settled.isPresent()) {
                return settled.get();
            }
        }
        throw new RetriableStoreException(
                RetriableStoreException.Reason.UNAVAILABLE,
                "table " + table.name() + ": an item kept changing while it was being settled",
                null);
    }

    /**
     * Stamps the item without reading it first, in the hope that it still has the version that the record tells of, as it mostly does.
     * The condition makes this the same as having read just that. Where it does not hold, the refusal tells what is there, and if
     * that is beyond the record, which is how it is with a key that is written faster than it is captured, nothing else is read. Null
     * if everything has to be.
     */
    private @Nullable Settled settledUnread(CapturedRecord record, @Nullable Version floor) {
        if (record.newItem() == null) {
            return null;
        }
        Version version = record.newVersion();
        Version tombstone = readTombstone(record);
        if (version != null && tombstone != null && tombstone.isAbove(version)) {
            return null;
        }
        Version seen = max(floor, tombstone);
        StampOutcome outcome = table.stampOrSee(record.key(), record.newItem().stamp(), clock.next(seen));
        if (outcome instanceof StampOutcome.Refused refused) {
            return refused.item() != null && isBeyond(record, refused.item(), seen)
                    ? Settled.silently(Outcome.OVERTAKEN)
                    : null;
        }
        return Settled.silently(Outcome.STAMPED);
    }

    /** Whether what is there makes the record history: its own record follows in the stream. */
    private boolean isBeyond(CapturedRecord record, StoredItem item, @Nullable Version seen) {
        Version version = item.version();
        observe(version);
        return (version != null && isAbove(version, seen)) || wentOn(record, version, seen);
    }

    private Optional<Settled> trySettle(CapturedRecord record, @Nullable Version floor) {
        StoredItem item = table.read(record.key());
        Version tombstone = readTombstone(record);
        return item == null ? settleAbsent(record, floor, tombstone) : settlePresent(record, floor, tombstone, item);
    }

    private Optional<Settled> settlePresent(
            CapturedRecord record, @Nullable Version floor, @Nullable Version tombstone, StoredItem item) {
        Version version = item.version();
        Version seen = max(floor, tombstone);
        if (isBeyond(record, item, seen)) {
            return Optional.of(Settled.silently(Outcome.OVERTAKEN));
        }
        Stamp stamp = item.stamp();
        if (stamp != null && cameAfterRemoval(record, item, stamp.version())) {
            table.deleteExactly(record.key(), stamp);
            return Optional.empty();
        }
        if (version != null && isAboutToGo(record, item, version, tombstone)) {
            throw new RetriableStoreException(
                    RetriableStoreException.Reason.UNAVAILABLE,
                    "table " + table.name() + ": an item is below its tombstone, and somebody is about to delete it",
                    null);
        }
        return table.stamp(record.key(), stamp, clock.next(max(seen, version)))
                ? Optional.of(Settled.silently(Outcome.STAMPED))
                : Optional.empty();
    }

    /**
     * Whether the item was written again since this record, and the next record tells at least as much: the version that this write
     * left in place is on the next record's old image, so whatever that one settles is above it. Not so if the tombstone is
     * higher, for the next record has an old image and will not look at it.
     */
    private static boolean wentOn(CapturedRecord record, @Nullable Version version, @Nullable Version seen) {
        return seen != null && seen.equals(record.newVersion()) && !seen.equals(version);
    }

    /**
     * Whether what is there is another region's put that found nothing in its way because this removal is not settled yet: an older
     * one that comes late, or the removed one come again. Stamped like an application's write, it would beat the removal, and
     * whatever was written over it at home. What bears the very stamp that was removed is none of an applier's, whose every write has
     * an id of its own: an application put the item back as it had read it.
     */
    private boolean cameAfterRemoval(CapturedRecord record, StoredItem item, Version version) {
        Version removed = record.oldVersion();
        if (record.newItem() != null || removed == null || !item.isAppliedIn(clock.region())) {
            return false;
        }
        return !version.isAbove(removed) && !item.wasThereBefore(stored(record.oldItem()));
    }

    /**
     * Whether what is there is below the tombstone only for a moment: an applier raises the tombstone before it deletes the item, and
     * inserts an item before it looks at the tombstone again. Stamped in that moment, the item would beat the delete. An item
     * that stays below was put back by an application with an old stamp, and one that bears the stamp of what was removed certainly was.
     * Where version and tombstone are both made here, no applier is at work.
     */
    private boolean isAboutToGo(CapturedRecord record, StoredItem item, Version version, @Nullable Version tombstone) {
        return tombstone != null
                && tombstone.isAbove(version)
                && !(isOurs(version) && isOurs(tombstone))
                && wall.instant().isBefore(record.read().plus(APPLIER_PATIENCE))
                && !wasPutBack(record, item);
    }

    private static @Nullable Bytes stored(@Nullable StoredItem image) {
        return image == null ? null : image.stored();
    }

    private boolean wasPutBack(CapturedRecord record, StoredItem item) {
        return (record.newItem() == null && item.wasThereBefore(stored(record.oldItem())))
                || item.wasThereBefore(tombstones.removed(table.name(), record.key()));
    }

    private Optional<Settled> settleAbsent(
            CapturedRecord record, @Nullable Version floor, @Nullable Version tombstone) {
        if (tombstone != null && isAbove(tombstone, floor)) {
            return Optional.of(alreadyDeleted(record, floor, tombstone));
        }
        Version deleted =
                record.expired() && floor != null ? clock.tickAfter(floor) : clock.next(max(floor, tombstone));
        if (!tombstones.replace(table.name(), record.key(), tombstone, deleted, stored(record.oldItem()))) {
            return Optional.empty();
        }
        removeIntruder(record, deleted);
        return Optional.of(publish(Outcome.DELETED, record, deletion(record), null, deleted, floor));
    }

    private Settled alreadyDeleted(CapturedRecord record, @Nullable Version floor, Version tombstone) {
        if (!isOurs(tombstone)) {
            return Settled.silently(Outcome.DELETE_FOREIGN);
        }
        boolean sameDelete = floor != null && tombstone.clock() == floor.clock() + 1;
        Change.Kind kind = sameDelete ? deletion(record) : Change.Kind.DELETE;
        return publish(Outcome.DELETE_REPEATED, record, kind, null, tombstone, null);
    }

    /** A foreign put may have come between reading the item as absent and writing the tombstone; it lost against the delete. */
    private void removeIntruder(CapturedRecord record, Version deleted) {
        StoredItem item = table.read(record.key());
        if (item == null || item.stamp() == null) {
            return;
        }
        observe(item.version());
        if (item.isAppliedIn(clock.region())
                && deleted.isAbove(item.stamp().version())
                && !item.wasThereBefore(stored(record.oldItem()))) {
            table.deleteExactly(record.key(), item.stamp());
        }
    }

    private Settled publish(
            Outcome outcome,
            CapturedRecord record,
            Change.Kind kind,
            @Nullable Item image,
            Version version,
            @Nullable Version previous) {
        return new Settled(
                outcome,
                List.of(new Change(
                        kind,
                        table.name(),
                        record.key(),
                        record.keyAttributes(),
                        image,
                        version,
                        previous,
                        record.position(),
                        wall.instant())));
    }

    private static Change.Kind deletion(CapturedRecord record) {
        return record.expired() ? Change.Kind.TTL : Change.Kind.DELETE;
    }

    private @Nullable Version readTombstone(CapturedRecord record) {
        Version tombstone = tombstones.read(table.name(), record.key());
        observe(tombstone);
        return tombstone;
    }

    private void observe(@Nullable Version version) {
        if (version != null) {
            clock.observe(version);
        }
    }

    private boolean isOurs(Version version) {
        return version.region() == clock.region();
    }

    private static boolean isAbove(Version version, @Nullable Version other) {
        return other == null || version.isAbove(other);
    }

    private static @Nullable Version max(@Nullable Version a, @Nullable Version b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return a.isAbove(b) ? a : b;
    }
}
