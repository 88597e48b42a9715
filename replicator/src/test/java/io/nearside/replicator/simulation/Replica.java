package io.nearside.replicator.simulation;

import io.nearside.change.Change;
import io.nearside.replicator.apply.Applier;
import io.nearside.replicator.apply.ApplyOutcome;
import io.nearside.replicator.apply.Lineage;
import io.nearside.replicator.capture.AttributeSettlement;
import io.nearside.replicator.capture.CapturedRecord;
import io.nearside.replicator.capture.Settlement;
import io.nearside.replicator.capture.Settling;
import io.nearside.replicator.simulation.Fibers.Fiber;
import io.nearside.replicator.table.RetriableStoreException;
import io.nearside.replicator.table.StoredItem;
import io.nearside.version.VersionClock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One replicator process: the real {@link Settlement} and {@link Applier} on one clock, reading its region's stream in order and taking
 * waiting changes of other regions. Dies and starts again with a new writer id, from the last checkpoint.
 */
final class Replica {
    static final Duration MAX_DRIFT = Duration.ofSeconds(60);

    private final World world;
    private final Region region;
    private final int number;
    private final Fiber capturing;
    private final Fiber applying;
    private final TombstonesNotLookedAtFirst notLookedAtFirst;
    private Settling settlement;
    private Applier applier;
    private int position;
    private @Nullable CapturedRecord reading;

    /** So many records of the stream are in the one being captured. */
    private int taken = 1;

    private @Nullable Change inHand;
    private @Nullable CapturedRecord rowInHand;

    Replica(World world, Region region, int number, Fiber capturing, Fiber applying) {
        this.number = number;
        this.world = world;
        this.region = region;
        this.capturing = capturing;
        this.applying = applying;
        this.notLookedAtFirst = new TombstonesNotLookedAtFirst(region.tombstones());
        VersionClock clock = newClock();
        settlement = newSettlement(clock);
        applier = newApplier(clock);
    }

    private VersionClock newClock() {
        return new VersionClock(region.wall(), region.id(), world.newWriterId(), MAX_DRIFT);
    }

    private Settling newSettlement(VersionClock clock) {
        if (world.schedule().merges()) {
            return new AttributeSettlement(
                    world.defect() == Defect.SETTLED_BY_ITEM ? new OneVersionPerItem(region.table()) : region.table(),
                    region.tombstones(),
                    clock,
                    region.wall());
        }
        return new Settlement(region.table(), region.tombstones(), clock, region.wall());
    }

    private Applier newApplier(VersionClock clock) {
        return new Applier(
                world.defect() == Defect.PUT_WITHOUT_A_LOOK ? notLookedAtFirst : region.tombstones(),
                clock,
                new Lineage(16));
    }

    Fiber capturing() {
        return capturing;
    }

    Fiber applying() {
        return applying;
    }

    /** Whether the fiber that captures has something to do. */
    boolean canCapture() {
        return capturing.isBusy()
                || position < region.table().stream().size()
                || !region.rows().isEmpty();
    }

    /** Whether the fiber that applies has something to do. */
    boolean canApply() {
        return applying.isBusy() || !region.waiting().isEmpty();
    }

    /** Whether it works for this region. */
    boolean isOf(Region other) {
        return region == other;
    }

    Fiber capture() {
        if (!capturing.isBusy()) {
            CapturedRecord row = region.rows().poll();
            if (row != null) {
                rowInHand = row;
                capturing.begin(() -> captureRow(row));
            } else {
                CapturedRecord record = next();
                capturing.begin(() -> captureRecord(record));
            }
        }
        return capturing;
    }

    /** The next record of the stream, with the time at which this process first read it. */
    private CapturedRecord next() {
        CapturedRecord record = reading;
        if (record == null) {
            record = together(read(region.table().stream().get(position)));
            reading = record;
        }
        return record;
    }

    /** At times, as a pipeline does with what waits: the next records of the same item are captured as one with it. */
    private CapturedRecord together(CapturedRecord first) {
        CapturedRecord all = first;
        taken = 1;
        while (position + taken < region.table().stream().size()
                && world.chance().permille(500)) {
            CapturedRecord next = read(region.table().stream().get(position + taken));
            CapturedRecord both = next.key().equals(all.key()) ? settlement.together(all, next) : null;
            if (both == null) {
                break;
            }
            all = both;
            taken++;
        }
        return all;
    }

    private CapturedRecord read(CapturedRecord record) {
        return new CapturedRecord(
                record.key(),
                record.keyAttributes(),
                record.oldItem(),
                record.newItem(),
                record.expired(),
                record.position(),
                record.written(),
                region.wall().instant());
    }

    Fiber apply() {
        if (!applying.isBusy()) {
            Change change = region.take();
            inHand = change;
            applying.begin(() -> applyOne(change));
        }
        return applying;
    }

    private void captureRecord(CapturedRecord record) {
        if (isCaptured(distorted(record))) {
            position += taken;
            reading = null;
            region.checkpoint(position);
        }
    }

    private void captureRow(CapturedRecord row) {
        if (!isCaptured(row)) {
            region.rows().add(row);
        }
        rowInHand = null;
    }

    private boolean isCaptured(CapturedRecord record) {
        try {
            var settled = settlement.handle(record);
            world.tell(() -> this + " captured " + record.position() + ": " + settled.outcome());
            settled.changes().forEach(this::publish);
            return true;
        } catch (RetriableStoreException e) {
            world.pause();
            return false;
        }
    }

    /** What is settled is remembered for as long as the process lives: where sending fails, only that is done again. */
    private void publish(Change change) {
        while (region.log().publish(change).toCompletableFuture().isCompletedExceptionally()) {
            world.pause();
        }
    }

    private void applyOne(Change change) {
        try {
            notLookedAtFirst.begin();
            ApplyOutcome outcome = applier.apply(region.table(), region.filter(), change);
            if (world.defect() == Defect.DELETES_WHATEVER_IS_NEWER
                    && change.kind().isDeletion()) {
                region.table().remove(change.key(), false);
            }
            world.tell(() -> this + " met " + change.kind() + " " + change.version() + ": " + outcome);
            region.books().note(change, outcome);
        } catch (RetriableStoreException e) {
            region.waiting().add(change);
        }
        inHand = null;
    }

    /** The process is gone, in the middle of whatever it did; a new one takes its place. */
    void crash() {
        world.tell(() -> this + " dies");
        capturing.doom();
        applying.doom();
        if (inHand != null) {
            region.waiting().add(inHand);
            inHand = null;
        }
        if (rowInHand != null) {
            region.rows().add(rowInHand);
            rowInHand = null;
        }
        position = region.checkpointed();
        reading = null;
        VersionClock clock = newClock();
        settlement = newSettlement(clock);
        applier = newApplier(clock);
    }

    @Override
    public String toString() {
        return "replica " + number + " of region " + region.id();
    }

    private CapturedRecord distorted(CapturedRecord record) {
        StoredItem before = record.oldItem();
        StoredItem after = record.newItem();
        return switch (world.defect()) {
            case NONE,
                    NO_TOMBSTONES,
                    PUT_WITHOUT_A_LOOK,
                    RESYNC_TRUSTS_STAMPS,
                    UPDATES_PUBLISHED_WHOLE,
                    SETTLED_BY_ITEM,
                    NEWEST_UPDATE_ONLY,
                    DELETES_WHATEVER_IS_NEWER,
                    REMOVALS_FORGOTTEN -> record;
            case FLOOR_WITHOUT_OLD_VERSION ->
                before != null && record.newVersion() == null
                        ? withImages(record, new StoredItem(before.item(), null), after)
                        : record;
            case NO_LOOP_RULE ->
                after != null
                                && after.versions() != null
                                && after.versions().head().region() != region.id()
                        ? withImages(record, after, after)
                        : record;
        };
    }

    private static CapturedRecord withImages(
            CapturedRecord record, @Nullable StoredItem before, @Nullable StoredItem after) {
        return new CapturedRecord(
                record.key(),
                record.keyAttributes(),
                before,
                after,
                record.expired(),
                record.position(),
                record.written(),
                record.read());
    }
}
