package io.nearside.replicator.capture;

import io.nearside.change.Change;
import io.nearside.change.Invalidation;
import io.nearside.change.StreamPosition;
import io.nearside.item.AttributeValue;
import io.nearside.item.Bytes;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.replicator.table.DeleteOutcome;
import io.nearside.replicator.table.PutOutcome;
import io.nearside.replicator.table.StampOutcome;
import io.nearside.replicator.table.StoredItem;
import io.nearside.replicator.table.Tombstones;
import io.nearside.replicator.table.VersionedTable;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One region in memory: one table with its stream, the tombstones, and what was published. Not thread-safe. */
final class MemoryRegion implements VersionedTable, Tombstones, ChangeLog {

    /** The region that this is, for what appliers write. */
    static final int REGION = 1;

    static final KeySchema SCHEMA = new KeySchema(new KeyAttribute("id", KeyType.S), null);

    private final Map<ItemKey, StoredItem> items = new HashMap<>();
    private final Map<ItemKey, Version> tombstones = new HashMap<>();
    final Deque<CapturedRecord> stream = new ArrayDeque<>();
    final List<Change> published = new ArrayList<>();

    /** Runs before every step on the table or the tombstones, named by the method: where a test lets something happen between. */
    java.util.function.Consumer<String> beforeStep = step -> {};

    private final Map<ItemKey, Bytes> removed = new HashMap<>();
    private int sequence;
    private int writeIds;

    static ItemKey key(String id) {
        return ItemKey.of(SCHEMA, keys(id));
    }

    static Item keys(String id) {
        return new Item(Map.of("id", new AttributeValue.S(id)));
    }

    static Item item(String id, String value) {
        return keys(id).with("value", new AttributeValue.S(value));
    }

    /** What an application does: replaces the whole item, with or without a version on it. */
    void put(String id, String value, @Nullable Version version) {
        write(key(id), new StoredItem(item(id, value), version), false);
    }

    /** What an application does: puts back what it had read, stamp and all. */
    void putBack(String id, StoredItem read) {
        write(key(id), read, false);
    }

    /** What an application does: changes an attribute; the version stays as it is. */
    void update(String id, String value) {
        StoredItem old = items.get(key(id));
        write(key(id), new StoredItem(item(id, value), old == null ? null : old.stamp(), null), false);
    }

    void delete(String id) {
        write(key(id), null, false);
    }

    void expire(String id) {
        write(key(id), null, true);
    }

    @Nullable StoredItem stored(String id) {
        return items.get(key(id));
    }

    @Nullable Version tombstone(String id) {
        return tombstones.get(key(id));
    }

    private void write(ItemKey key, @Nullable StoredItem fresh, boolean expired) {
        StoredItem old = fresh == null ? items.remove(key) : items.put(key, fresh);
        if (Objects.equals(old, fresh)) {
            return;
        }
        stream.add(new CapturedRecord(
                key,
                key.toItem(SCHEMA),
                old,
                fresh,
                expired,
                new StreamPosition("shard", String.valueOf(++sequence)),
                Instant.EPOCH,
                Instant.EPOCH));
    }

    @Override
    public String name() {
        return "table";
    }

    @Override
    public KeySchema keySchema() {
        return SCHEMA;
    }

    @Override
    public @Nullable StoredItem read(ItemKey key) {
        beforeStep.accept("read");
        return items.get(key);
    }

    @Override
    public StampOutcome stampOrSee(ItemKey key, @Nullable Stamp expected, Version fresh) {
        beforeStep.accept("stamp");
        StoredItem item = items.get(key);
        if (item == null || !Objects.equals(item.stamp(), expected)) {
            return new StampOutcome.Refused(item);
        }
        write(key, new StoredItem(item.item(), new Stamp(fresh, Stamp.remembered(item.writeId())), null), false);
        return new StampOutcome.Stamped();
    }

    @Override
    public PutOutcome putIfNewer(ItemKey key, Item image, Version version) {
        beforeStep.accept("putIfNewer");
        StoredItem item = items.get(key);
        if (item != null && (item.version() == null || !version.isAbove(item.version()))) {
            return new PutOutcome.Refused(item.version(), item.item());
        }
        write(key, new StoredItem(image, new Stamp(version, Stamp.writeId(REGION, 2L * ++writeIds)), null), false);
        return item == null
                ? new PutOutcome.Inserted()
                : new PutOutcome.Replaced(Objects.requireNonNull(item.version()), item.item());
    }

    @Override
    public DeleteOutcome deleteIfOlder(ItemKey key, Version version) {
        beforeStep.accept("deleteIfOlder");
        StoredItem item = items.get(key);
        if (item == null) {
            return new DeleteOutcome.Absent();
        }
        if (item.version() == null || !version.isAbove(item.version())) {
            return new DeleteOutcome.Refused(item.version());
        }
        write(key, null, false);
        return new DeleteOutcome.Deleted(Objects.requireNonNull(item.version()), item.item());
    }

    @Override
    public boolean deleteExactly(ItemKey key, Stamp stamp) {
        beforeStep.accept("deleteExactly");
        StoredItem item = items.get(key);
        if (item == null || !stamp.equals(item.stamp())) {
            return false;
        }
        write(key, null, false);
        return true;
    }

    @Override
    public @Nullable Version read(String table, ItemKey key) {
        beforeStep.accept("readTombstone");
        return tombstones.get(key);
    }

    @Override
    public boolean replace(
            String table, ItemKey key, @Nullable Version expected, Version fresh, @Nullable Bytes removed) {
        beforeStep.accept("replaceTombstone");
        if (!Objects.equals(tombstones.get(key), expected)) {
            return false;
        }
        tombstones.put(key, fresh);
        if (removed != null) {
            this.removed.put(key, removed);
        }
        return true;
    }

    @Override
    public @Nullable Bytes removed(String table, ItemKey key) {
        beforeStep.accept("readRemoved");
        return removed.get(key);
    }

    @Override
    public boolean raise(String table, ItemKey key, Version version) {
        beforeStep.accept("raiseTombstone");
        Version present = tombstones.get(key);
        if (present != null && !version.isAbove(present)) {
            return false;
        }
        tombstones.put(key, version);
        return true;
    }

    @Override
    public CompletionStage<Void> publish(Change change) {
        published.add(change);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> invalidate(Invalidation invalidation) {
        return CompletableFuture.completedFuture(null);
    }
}
