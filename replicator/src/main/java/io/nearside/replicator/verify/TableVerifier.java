package io.nearside.replicator.verify;

import io.nearside.change.Change;
import io.nearside.conflict.AttributeVersions;
import io.nearside.item.ItemKey;
import io.nearside.replicator.capture.AttributeImage;
import io.nearside.replicator.capture.ChangeLog;
import io.nearside.replicator.table.MergingTable;
import io.nearside.replicator.table.RetriableStoreException;
import io.nearside.replicator.table.RetriableStoreException.Reason;
import io.nearside.replicator.table.StoredItem;
import io.nearside.replicator.table.TableCatalog;
import io.nearside.replicator.table.TableFilter;
import io.nearside.replicator.table.TableInfo;
import io.nearside.replicator.table.TableRules;
import io.nearside.replicator.table.Tombstones;
import io.nearside.replicator.table.VersionedTable;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import io.nearside.version.VersionClock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * One region's side of verification: says what this region holds, and publishes again what another is missing.
 *
 * <p>A difference is repaired by the normal path only: an unstamped item gets a version (its stream record is then published by
 * capture), a stamped one is published as it is, a deletion is published from its tombstone. The other regions decide by version, as
 * always, so repairing twice or needlessly does no harm. Blocking; safe for use from any thread.
 */
public final class TableVerifier {

    private static final int MAX_ROWS = 50_000;

    private final TableCatalog catalog;
    private final TableRules rules;
    private final TableRowScan scan;
    private final Function<TableInfo, VersionedTable> opener;
    private final Tombstones tombstones;
    private final VersionClock clock;
    private final ChangeLog log;
    private final InstantSource wall;

    public TableVerifier(
            DynamoDbClient client,
            String versionAttribute,
            TableCatalog catalog,
            TableRules rules,
            Function<TableInfo, VersionedTable> opener,
            Tombstones tombstones,
            VersionClock clock,
            ChangeLog log,
            InstantSource wall) {
        this.catalog = catalog;
        this.rules = rules;
        this.scan = new TableRowScan(client, versionAttribute, rules::readBudget);
        this.opener = opener;
        this.tombstones = tombstones;
        this.clock = clock;
        this.log = log;
        this.wall = wall;
    }

    /**
     * A summary of a table.
     *
     * @param ranges one sum of (key, version) hashes per range, in hexadecimal
     */
    public record Summary(long rows, long unstamped, List<String> ranges) {}

    /**
     * What this region holds under a key.
     *
     * @param version the item's, of one with several the highest; null if there is no item or it is unstamped
     * @param tombstone of its last deletion
     * @param text equal where items are; null if there is no item or it is unstamped
     * @param merges whether other regions may hold parts of it that this one lacks
     */
    public record Holding(
            boolean present,
            @Nullable Version version,
            @Nullable Version tombstone,
            @Nullable String text,
            boolean merges) {}

    /** What {@link #repair} did. */
    public enum Repair {
        /** The item was stamped; its stream record publishes it. */
        STAMPED,
        /** The item was published with the version it has. */
        PUBLISHED,
        /** The deletion was published. */
        PUBLISHED_DELETION,
        /** This region knows nothing of the key. */
        NOTHING
    }

    /** What this region takes in of a table; rows that some region keeps out are left out of a comparison. */
    public TableFilter filter(String table) {
        return rules.rule(table).filter();
    }

    /** Reads the whole table once, and sums up what all the filters take in. */
    public Summary summary(String table, List<TableFilter> filters, int rowsPerSecond, LongWork work) {
        RowDigest digest = new RowDigest();
        TableInfo info = info(table);
        work.expect(scan.about(info));
        scan.read(info, filters, rowsPerSecond, work, (key, stored) -> digest.add(key, mark(table, stored)));
        List<String> ranges = new ArrayList<>(RowDigest.RANGES);
        for (int range = 0; range < RowDigest.RANGES; range++) {
            ranges.add(Long.toHexString(digest.sum(range)));
        }
        return new Summary(digest.rows(), digest.unstamped(), ranges);
    }

    /** The keys of some ranges with their versions, empty for unstamped items; reads the whole table once. */
    public Map<ItemKey, String> rows(
            String table, List<TableFilter> filters, Set<Integer> ranges, int rowsPerSecond, LongWork work) {
        Map<ItemKey, String> rows = new TreeMap<>();
        TableInfo info = info(table);
        work.expect(scan.about(info));
        scan.read(info, filters, rowsPerSecond, work, (key, stored) -> {
            if (rows.size() < MAX_ROWS && ranges.contains(RowDigest.range(key))) {
                byte[] mark = mark(table, stored);
                rows.put(key, mark == null ? "" : text(mark));
            }
        });
        return rows;
    }

    /** What this region holds under a key now; an item that some filter keeps out counts as none. */
    public Holding holding(String table, List<TableFilter> filters, ItemKey key) {
        TableInfo info = info(table);
        StoredItem read = opener.apply(info).read(key);
        boolean counts =
                read != null && filters.stream().allMatch(filter -> filter.accepts(info.keySchema(), read.item()));
        StoredItem item = counts ? read : null;
        byte[] mark = item == null ? null : mark(table, item);
        return new Holding(
                item != null,
                mark == null ? null : head(mark),
                tombstones.read(table, key),
                mark == null ? null : text(mark),
                rules.rule(table).merges());
    }

    /** The bytes that say which version of an item this is, the same in every region; null if it is unstamped. */
    private byte @Nullable [] mark(String table, StoredItem item) {
        AttributeVersions versions = item.version() != null || rules.rule(table).merges() ? item.versions() : null;
        return versions == null ? null : versions.toBytes(0);
    }

    private static Version head(byte[] mark) {
        return Version.ofBytes(Arrays.copyOfRange(mark, 1, 1 + Version.LENGTH));
    }

    private static String text(byte[] mark) {
        String head = head(mark).toString();
        return mark.length == Stamp.LENGTH ? head : head + " and others " + UUID.nameUUIDFromBytes(mark);
    }

    /** Settles and publishes what this region has under a key. */
    public Repair repair(String table, ItemKey key) {
        TableInfo info = info(table);
        VersionedTable opened = opener.apply(info);
        StoredItem item = opened.read(key);
        Version tombstone = tombstones.read(table, key);
        if (item == null) {
            return tombstone == null || isWithdrawal(table, tombstone)
                    ? Repair.NOTHING
                    : publishDeletion(info, key, tombstone);
        }
        MergingTable merging = opened.merging();
        if (merging != null) {
            return repairMerging(merging, info, key, item, tombstone);
        }
        if (item.version() == null) {
            opened.stamp(key, null, clock.next(tombstone));
            return Repair.STAMPED;
        }
        await(log.publish(new Change(
                Change.Kind.PUT,
                table,
                key,
                key.toItem(info.keySchema()),
                item.item(),
                item.version(),
                null,
                null,
                wall.instant())));
        return Repair.PUBLISHED;
    }

    private Repair repairMerging(
            MergingTable merging, TableInfo info, ItemKey key, StoredItem item, @Nullable Version tombstone) {
        AttributeVersions versions = item.versions();
        if (versions == null) {
            merging.stamp(key, item, AttributeVersions.whole(clock.next(tombstone)));
            return Repair.STAMPED;
        }
        new AttributeImage(info.name(), key, key.toItem(info.keySchema()), item.item(), versions)
                .all(tombstone, wall.instant())
                .forEach(change -> await(log.publish(change)));
        return Repair.PUBLISHED;
    }

    /** Whether a tombstone may stand for an item that lives on elsewhere and is only kept out of this region. */
    private boolean isWithdrawal(String table, Version tombstone) {
        return filter(table).attribute() != null && tombstone.region() != clock.region();
    }

    private Repair publishDeletion(TableInfo info, ItemKey key, Version tombstone) {
        await(log.publish(new Change(
                Change.Kind.DELETE,
                info.name(),
                key,
                key.toItem(info.keySchema()),
                null,
                tombstone,
                null,
                null,
                wall.instant())));
        return Repair.PUBLISHED_DELETION;
    }

    /** Publishes every item of a table again: for a region that starts empty, or whose Kafka lost what it had. */
    public long backfill(String table, int rowsPerSecond, LongWork work) {
        long[] published = {0};
        TableInfo info = info(table);
        work.expect(scan.about(info));
        scan.read(info, List.of(), rowsPerSecond, work, (key, version) -> {
            repair(table, key);
            published[0]++;
        });
        return published[0];
    }

    private TableInfo info(String table) {
        TableInfo info = catalog.table(table);
        if (info == null) {
            throw new IllegalArgumentException("table " + table + " is not replicated here");
        }
        return info;
    }

    private static void await(CompletionStage<Void> published) {
        try {
            published.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new RetriableStoreException(Reason.UNAVAILABLE, "the change was not published: " + e.getCause(), e);
        }
    }
}
