package io.nearside.replicator.simulation;

import io.nearside.change.Change;
import io.nearside.conflict.AttributeMerge;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeySchema;
import io.nearside.replicator.apply.ApplyOutcome;
import io.nearside.replicator.capture.AttributeImage;
import io.nearside.replicator.capture.CapturedRecord;
import io.nearside.replicator.table.StoredItem;
import io.nearside.replicator.table.TableFilter;
import io.nearside.version.VersionClock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One region: a table with its stream, tombstones, a change log, a wall clock, and the changes of other regions that wait here. */
final class Region {
    private final World world;
    private final int id;
    private final SimulatedClock wall;
    private final SimulatedTable table;
    private final SimulatedTombstones tombstones;
    private final SimulatedLog log;
    private final VersionClock proxyClock;
    private final List<Change> waiting = new ArrayList<>();
    private final Books books = new Books();
    private final Deque<CapturedRecord> rows = new ArrayDeque<>();
    private int checkpoint;
    private boolean hadGap;

    Region(World world, int id, KeySchema schema) {
        this.world = world;
        this.id = id;
        wall = new SimulatedClock(world::trueMillis, world.clockError());
        table = new SimulatedTable(schema, id, world, world.schedule().merges());
        tombstones = new SimulatedTombstones(
                world, world.defect() == Defect.NO_TOMBSTONES, world.defect() == Defect.REMOVALS_FORGOTTEN);
        log = new SimulatedLog(world, change -> world.tellOthers(this, distorted(change)));
        SimulatedClock proxyWall = new SimulatedClock(world::trueMillis, world.clockError());
        proxyClock = new VersionClock(proxyWall, id, world.newWriterId(), Replica.MAX_DRIFT);
    }

    int id() {
        return id;
    }

    private Change distorted(Change change) {
        StoredItem item = table.items().get(change.key());
        return world.defect() == Defect.UPDATES_PUBLISHED_WHOLE && change.kind() == Change.Kind.UPDATE && item != null
                ? new Change(
                        change.kind(),
                        change.table(),
                        change.key(),
                        change.keyAttributes(),
                        item.item(),
                        change.removed(),
                        change.version(),
                        change.previous(),
                        change.position(),
                        change.captured())
                : change;
    }

    /** The changes that an item here is made of, as a repair by an operator publishes them. */
    List<Change> state(ItemKey key, StoredItem item) {
        return new AttributeImage(
                        table.name(),
                        key,
                        key.toItem(table.keySchema()),
                        item.item(),
                        Objects.requireNonNull(item.versions()))
                .all(tombstones.peek(key), wall.instant());
    }

    /** What this region takes in of the others' items: one region all, the others each a part. */
    TableFilter filter() {
        return world.schedule().filters() && id > 1
                ? new TableFilter(null, Applications.HOME, id % 2 == 0 ? "even" : "odd")
                : TableFilter.ALL;
    }

    /** Whether an item that was written in some region is to be here too. */
    boolean isToHave(int origin, Item image) {
        return origin == id || filter().acceptsImage(image);
    }

    SimulatedClock wall() {
        return wall;
    }

    SimulatedTable table() {
        return table;
    }

    SimulatedTombstones tombstones() {
        return tombstones;
    }

    SimulatedLog log() {
        return log;
    }

    /** The clock of the region's proxies, which stamp inline and see no versions. */
    VersionClock proxyClock() {
        return proxyClock;
    }

    List<Change> waiting() {
        return waiting;
    }

    Books books() {
        return books;
    }

    /** Rows of the table's resynchronisation that are still to be captured. */
    Deque<CapturedRecord> rows() {
        return rows;
    }

    boolean hadGap() {
        return hadGap;
    }

    /**
     * Records were trimmed before everybody had read them: what is in the table is captured again, no stamp being trusted, and what was
     * deleted, for a deletion may not have been published yet.
     */
    void gap() {
        world.tell(() -> "region " + id + " loses records " + checkpoint + " to "
                + table.stream().size());
        hadGap = true;
        checkpoint = table.stream().size();
        boolean trusting = world.defect() == Defect.RESYNC_TRUSTS_STAMPS;
        table.items().forEach((key, item) -> rows.add(row(key, trusting ? null : item, item)));
        tombstones.keys().forEach(key -> rows.add(row(key, null, null)));
    }

    /** Settles again what another region has and this one has not, or has at another version: writes nobody here listened to. */
    void repair(Map<ItemKey, StoredItem> elsewhere) {
        elsewhere.forEach((key, item) -> {
            StoredItem here = table.items().get(key);
            if (here == null || !Objects.equals(here.versions(), item.versions())) {
                world.tell(() -> "region " + id + " repairs what is elsewhere at " + item.versions());
                rows.add(row(key, item, here));
            }
        });
    }

    private CapturedRecord row(ItemKey key, @Nullable StoredItem before, @Nullable StoredItem after) {
        return new CapturedRecord(key, key.toItem(table.keySchema()), before, after, false, null, null, Instant.EPOCH);
    }

    /** Another region's change arrives: once more, or for the first time. */
    void receive(Change change) {
        books.expect(change);
        if (world.schedule().merges()) {
            coalesce(change);
        }
        waiting.add(change);
    }

    /** What the change leaves nothing of need not be applied any more. */
    private void coalesce(Change change) {
        List<Change> overtaken = waiting.stream()
                .filter(earlier -> earlier.key().equals(change.key()) && isOvertaken(change, earlier))
                .toList();
        waiting.removeAll(overtaken);
        overtaken.forEach(earlier -> books.note(earlier, new ApplyOutcome.Superseded(ApplyOutcome.Cause.OVERTAKEN)));
    }

    private boolean isOvertaken(Change change, Change earlier) {
        return world.defect() == Defect.NEWEST_UPDATE_ONLY
                ? change.version().isAbove(earlier.version())
                : AttributeMerge.covers(change, earlier);
    }

    /** One of the changes that wait here, near the front. */
    Change take() {
        return waiting.remove(
                world.chance().below(Math.min(waiting.size(), world.schedule().reordering())));
    }

    /** Remembers how far a process came; not always, for a checkpoint may lag. */
    void checkpoint(int position) {
        if (world.chance().permille(500)) {
            checkpoint = position;
        }
    }

    int checkpointed() {
        return checkpoint;
    }
}
