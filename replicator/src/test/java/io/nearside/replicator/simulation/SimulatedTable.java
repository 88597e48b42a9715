package io.nearside.replicator.simulation;

import io.nearside.change.StreamPosition;
import io.nearside.conflict.AttributeVersions;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeySchema;
import io.nearside.replicator.capture.CapturedRecord;
import io.nearside.replicator.table.DeleteOutcome;
import io.nearside.replicator.table.MergingTable;
import io.nearside.replicator.table.PutOutcome;
import io.nearside.replicator.table.StampOutcome;
import io.nearside.replicator.table.StoredItem;
import io.nearside.replicator.table.VersionedTable;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One region's table and its stream, in memory: a record per write that changed something, with old and new image.
 *
 * <p>The methods of {@link VersionedTable} are steps of the simulation; those that applications use happen at once.
 */
final class SimulatedTable implements VersionedTable, MergingTable {
    private final KeySchema schema;
    private final String region;
    private final int regionId;
    private final Interference interference;
    private final boolean merges;
    private final Map<ItemKey, StoredItem> items = new TreeMap<>();
    private final List<CapturedRecord> stream = new ArrayList<>();
    private int writeIds;

    SimulatedTable(KeySchema schema, int region, Interference interference) {
        this(schema, region, interference, false);
    }

    /** @param merges whether its attributes are merged */
    SimulatedTable(KeySchema schema, int region, Interference interference, boolean merges) {
        this.merges = merges;
        this.region = "region " + region;
        this.regionId = region;
        this.schema = schema;
        this.interference = interference;
    }

    Map<ItemKey, StoredItem> items() {
        return items;
    }

    List<CapturedRecord> stream() {
        return stream;
    }

    @Override
    public @Nullable MergingTable merging() {
        return merges ? this : null;
    }

    /** A write by whomever; the stamp is the attribute's value after it, null if it has none. */
    void put(ItemKey key, Item item, @Nullable Stamp stamp) {
        write(key, new StoredItem(item, stamp, null), false);
    }

    /** A write by an application to an item as it was read, which keeps or drops what marks it. */
    void put(ItemKey key, StoredItem item) {
        write(key, item, false);
    }

    /** A delete by an application, or by the table's time to live. */
    void remove(ItemKey key, boolean expired) {
        write(key, null, expired);
    }

    private void write(ItemKey key, @Nullable StoredItem after, boolean expired) {
        StoredItem before = after == null ? items.remove(key) : items.put(key, after);
        if (!Objects.equals(before, after)) {
            interference.tell(
                    () -> region + ": " + text(before) + " -> " + text(after) + (expired ? " (expired)" : ""));
            stream.add(new CapturedRecord(
                    key,
                    key.toItem(schema),
                    before,
                    after,
                    expired,
                    new StreamPosition("shard", String.valueOf(stream.size() + 1)),
                    null,
                    Instant.EPOCH));
        }
    }

    private long newWriteId() {
        return Stamp.writeId(regionId, 2L * ++writeIds);
    }

    private static String text(@Nullable StoredItem item) {
        return item == null ? "nothing" : Applications.content(item) + " at " + item.versions();
    }

    @Override
    public String name() {
        return "t";
    }

    @Override
    public KeySchema keySchema() {
        return schema;
    }

    @Override
    public @Nullable StoredItem read(ItemKey key) {
        interference.before();
        return items.get(key);
    }

    @Override
    public StampOutcome stampOrSee(ItemKey key, @Nullable Stamp expected, Version fresh) {
        interference.before();
        StoredItem item = items.get(key);
        boolean holds = item != null && Objects.equals(item.stamp(), expected);
        if (item != null && holds) {
            put(key, item.item(), new Stamp(fresh, Stamp.remembered(item.writeId())));
        }
        interference.after();
        return holds ? new StampOutcome.Stamped() : new StampOutcome.Refused(item);
    }

    @Override
    public PutOutcome putIfNewer(ItemKey key, Item image, Version version) {
        interference.before();
        StoredItem item = items.get(key);
        PutOutcome outcome = putOutcome(item, version);
        if (!(outcome instanceof PutOutcome.Refused)) {
            put(key, image, new Stamp(version, newWriteId()));
        }
        interference.after();
        return outcome;
    }

    private static PutOutcome putOutcome(@Nullable StoredItem item, Version version) {
        if (item == null) {
            return new PutOutcome.Inserted();
        }
        Version existing = item.version();
        return existing != null && version.isAbove(existing)
                ? new PutOutcome.Replaced(existing, item.item())
                : new PutOutcome.Refused(existing, item.item());
    }

    @Override
    public DeleteOutcome deleteIfOlder(ItemKey key, Version version) {
        interference.before();
        StoredItem item = items.get(key);
        DeleteOutcome outcome = deleteOutcome(item, version);
        if (outcome instanceof DeleteOutcome.Deleted) {
            remove(key, false);
        }
        interference.after();
        return outcome;
    }

    private static DeleteOutcome deleteOutcome(@Nullable StoredItem item, Version version) {
        if (item == null) {
            return new DeleteOutcome.Absent();
        }
        Version existing = item.version();
        return existing != null && version.isAbove(existing)
                ? new DeleteOutcome.Deleted(existing, item.item())
                : new DeleteOutcome.Refused(existing);
    }

    @Override
    public boolean deleteExactly(ItemKey key, Stamp stamp) {
        interference.before();
        StoredItem item = items.get(key);
        boolean holds = item != null && stamp.equals(item.stamp());
        if (holds) {
            remove(key, false);
        }
        interference.after();
        return holds;
    }

    @Override
    public boolean stamp(ItemKey key, StoredItem read, AttributeVersions fresh) {
        interference.before();
        StoredItem item = items.get(key);
        boolean holds = isMarked(item, read);
        if (item != null && holds) {
            write(key, StoredItem.merging(item.item(), fresh, Stamp.remembered(item.writeId())), false);
        }
        interference.after();
        return holds;
    }

    @Override
    public boolean update(ItemKey key, StoredItem read, Item set, Set<String> removed, AttributeVersions fresh) {
        interference.before();
        StoredItem item = items.get(key);
        boolean holds = isMarked(item, read);
        if (item != null && holds) {
            Map<String, AttributeValue> attributes = new HashMap<>(item.item().attributes());
            attributes.putAll(set.attributes());
            attributes.keySet().removeAll(removed);
            write(key, StoredItem.merging(new Item(attributes), fresh, newWriteId()), false);
        }
        interference.after();
        return holds;
    }

    @Override
    public boolean replace(
            ItemKey key, @Nullable StoredItem read, Item image, Set<String> kept, AttributeVersions fresh) {
        interference.before();
        StoredItem item = items.get(key);
        boolean holds = read == null
                ? item == null
                : item != null && isMarked(item, read) && areAsRead(item.item(), read.item(), kept);
        if (holds) {
            write(key, StoredItem.merging(image, fresh, newWriteId()), false);
        }
        interference.after();
        return holds;
    }

    @Override
    public boolean delete(ItemKey key, StoredItem read) {
        interference.before();
        boolean holds = isMarked(items.get(key), read);
        if (holds) {
            remove(key, false);
        }
        interference.after();
        return holds;
    }

    private static boolean isMarked(@Nullable StoredItem item, StoredItem read) {
        return item != null && item.isMarkedAs(read);
    }

    private static boolean areAsRead(Item item, Item read, Set<String> kept) {
        return kept.stream().allMatch(name -> Objects.equals(item.get(name), read.get(name)));
    }
}
