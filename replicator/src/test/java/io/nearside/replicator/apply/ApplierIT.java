package io.nearside.replicator.apply;

import io.nearside.change.Change;
import io.nearside.item.AttributeValue;
import io.nearside.item.Bytes;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.replicator.apply.ApplyOutcome.Applied;
import io.nearside.replicator.apply.ApplyOutcome.Cause;
import io.nearside.replicator.apply.ApplyOutcome.Conflict;
import io.nearside.replicator.apply.ApplyOutcome.ParkReason;
import io.nearside.replicator.apply.ApplyOutcome.Parked;
import io.nearside.replicator.apply.ApplyOutcome.Superseded;
import io.nearside.replicator.table.AppliedWrites;
import io.nearside.replicator.table.DynamoVersionedTable;
import io.nearside.replicator.table.RegionFixture;
import io.nearside.replicator.table.RetriableStoreException;
import io.nearside.replicator.table.StoredItem;
import io.nearside.replicator.table.TableFilter;
import io.nearside.replicator.table.Tombstones;
import io.nearside.version.Version;
import io.nearside.version.VersionClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.nearside.replicator.apply.Changes.ELSEWHERE;
import static io.nearside.replicator.apply.Changes.HERE;
import static io.nearside.replicator.apply.Changes.THIRD;
import static io.nearside.replicator.apply.Changes.delete;
import static io.nearside.replicator.apply.Changes.put;
import static io.nearside.replicator.apply.Changes.version;
import static io.nearside.replicator.table.RegionFixture.item;
import static io.nearside.replicator.table.RegionFixture.key;
import static io.nearside.replicator.table.RegionFixture.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The hazards of applying, on DynamoDB Local. */
final class ApplierIT {

    private static final RegionFixture REGION = new RegionFixture(1);
    private static final DynamoVersionedTable TABLE = REGION.table();

    private final VersionClock clock = new VersionClock(InstantSource.system(), HERE, 7, Duration.ofSeconds(60));
    private final Applier applier = applier(REGION.tombstones());

    private Applier applier(Tombstones tombstones) {
        return new Applier(tombstones, clock, new Lineage(1_000));
    }

    @AfterAll
    static void stop() {
        REGION.close();
    }

    private Change putOf(String id, String value, Version version) {
        return put(TABLE.name(), id, value, version);
    }

    private @Nullable StoredItem stored(String id) {
        return TABLE.read(key(id));
    }

    @Test
    void put_newItemThenNewer_appliesBoth() {
        assertThat(applier.apply(TABLE, putOf("plain", "a", version(ELSEWHERE, 1))))
                .isEqualTo(new Applied(null));
        assertThat(applier.apply(TABLE, putOf("plain", "b", version(ELSEWHERE, 2))))
                .isEqualTo(new Applied(item("plain", "a")));
        StoredItem stored = Objects.requireNonNull(stored("plain"));
        assertThat(stored.item()).isEqualTo(item("plain", "b"));
        assertThat(stored.version()).isEqualTo(version(ELSEWHERE, 2));
    }

    @Test
    void put_deliveredTwice_isADuplicate() {
        Change change = putOf("twice", "a", version(ELSEWHERE, 1));
        applier.apply(TABLE, change);
        assertThat(applier.apply(TABLE, change)).isEqualTo(new Superseded(Cause.DUPLICATE));
    }

    @Test
    void put_olderThanAConcurrentOne_isAConflictAndLeavesTheWinner() {
        applier.apply(TABLE, putOf("conflict", "winner", version(THIRD, 2)));
        assertThat(applier.apply(TABLE, putOf("conflict", "loser", version(ELSEWHERE, 1))))
                .isEqualTo(new Conflict(version(THIRD, 2), Cause.NEWER_ITEM));
        assertThat(value(stored("conflict"))).isEqualTo("winner");
    }

    @Test
    void put_lateBehindOneThatKnewIt_isNoConflict() {
        Version first = version(ELSEWHERE, 1);
        applier.apply(TABLE, put(TABLE.name(), "knew", "b", version(THIRD, 2), first));
        assertThat(applier.apply(TABLE, putOf("knew", "a", first))).isEqualTo(new Superseded(Cause.NEWER_ITEM));
    }

    @Test
    void put_itemUnstampedHere_stampsItFirstAndLoses() {
        REGION.writeDirectly(TABLE, item("unstamped", "local"));
        Version foreign = version(ELSEWHERE, 1);
        ApplyOutcome outcome = applier.apply(TABLE, putOf("unstamped", "foreign", foreign));
        Version stamp = Objects.requireNonNull(
                Objects.requireNonNull(stored("unstamped")).version());
        assertThat(outcome).isEqualTo(new Conflict(stamp, Cause.UNSTAMPED_ITEM));
        assertThat(stamp.isAbove(foreign)).isTrue();
        assertThat(stamp.region()).isEqualTo(HERE);
        assertThat(value(stored("unstamped"))).isEqualTo("local");
    }

    @Test
    void put_olderThanADelete_staysDeleted() {
        applier.apply(TABLE, putOf("buried", "a", version(ELSEWHERE, 1)));
        applier.apply(TABLE, delete(TABLE.name(), "buried", version(ELSEWHERE, 5)));
        assertThat(applier.apply(TABLE, putOf("buried", "late", version(THIRD, 3))))
                .isEqualTo(new Conflict(version(ELSEWHERE, 5), Cause.TOMBSTONE));
        assertThat(stored("buried")).isNull();
    }

    @Test
    void put_deleteArrivesBetweenLookAndInsert_isTakenBack() {
        Applier racing = applier(new TombstonesThatRise(REGION.tombstones(), version(THIRD, 9)));
        assertThat(racing.apply(TABLE, putOf("race", "a", version(ELSEWHERE, 1))))
                .isEqualTo(new Conflict(version(THIRD, 9), Cause.TOMBSTONE));
        assertThat(stored("race")).isNull();
    }

    @Test
    void put_crashAfterInsertBeforeTheSecondLook_isTakenBackWhenItComesAgain() {
        Change change = putOf("crash", "a", version(ELSEWHERE, 1));
        TABLE.putIfNewer(change.key(), item("crash", "a"), change.version());
        REGION.tombstones().raise(TABLE.name(), change.key(), version(THIRD, 9));
        assertThat(applier.apply(TABLE, change)).isInstanceOf(Conflict.class);
        assertThat(stored("crash")).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = Change.Kind.class,
            names = {"DELETE", "TTL"})
    void delete_olderItem_removesItAndLeavesATombstone(Change.Kind kind) {
        String id = "delete-" + kind;
        applier.apply(TABLE, putOf(id, "a", version(ELSEWHERE, 1)));
        Change change = Changes.deletion(kind, TABLE.name(), id, version(ELSEWHERE, 2));
        assertThat(applier.apply(TABLE, change)).isEqualTo(new Applied(item(id, "a")));
        assertThat(stored(id)).isNull();
        assertThat(REGION.tombstones().read(TABLE.name(), key(id))).isEqualTo(version(ELSEWHERE, 2));
        assertThat(applier.apply(TABLE, change)).isEqualTo(new Superseded(Cause.DUPLICATE));
    }

    @Test
    void delete_concurrentNewerUpdate_keepsTheUpdate() {
        applier.apply(TABLE, putOf("update-wins", "a", version(THIRD, 5)));
        assertThat(applier.apply(TABLE, delete(TABLE.name(), "update-wins", version(ELSEWHERE, 4))))
                .isEqualTo(new Conflict(version(THIRD, 5), Cause.NEWER_ITEM));
        assertThat(value(stored("update-wins"))).isEqualTo("a");
    }

    @Test
    void delete_itemUnstampedHere_stampsItFirstAndLoses() {
        REGION.writeDirectly(TABLE, item("delete-unstamped", "local"));
        assertThat(applier.apply(TABLE, delete(TABLE.name(), "delete-unstamped", version(ELSEWHERE, 1))))
                .isInstanceOfSatisfying(
                        Conflict.class, conflict -> assertThat(conflict.cause()).isEqualTo(Cause.UNSTAMPED_ITEM));
        assertThat(value(stored("delete-unstamped"))).isEqualTo("local");
    }

    @Test
    void put_thatLeavesTheFilter_takesTheItemAwayAndKeepsOlderOnesOut() {
        TableFilter filter = new TableFilter(null, "value", "in");
        applier.apply(TABLE, filter, putOf("filter", "in", version(ELSEWHERE, 1)));
        Change out = putOf("filter", "out", version(ELSEWHERE, 3));
        assertThat(applier.apply(TABLE, filter, out)).isEqualTo(new Applied(item("filter", "in")));
        assertThat(stored("filter")).isNull();
        assertThat(applier.apply(TABLE, filter, out)).isEqualTo(new Superseded(Cause.FILTERED));
        applier.apply(TABLE, filter, putOf("filter", "in", version(ELSEWHERE, 2)));
        assertThat(stored("filter")).isNull();
        applier.apply(TABLE, filter, putOf("filter", "in", version(THIRD, 4)));
        assertThat(value(stored("filter"))).isEqualTo("in");
    }

    @Test
    void put_keptOutByTheFilter_itemUnstampedHere_stampsItFirstAndLoses() {
        REGION.writeDirectly(TABLE, item("filter-unstamped", "local"));
        assertThat(applier.apply(
                        TABLE,
                        new TableFilter(null, "value", "in"),
                        putOf("filter-unstamped", "out", version(ELSEWHERE, 1))))
                .isInstanceOf(Conflict.class);
        assertThat(value(stored("filter-unstamped"))).isEqualTo("local");
    }

    @Test
    void change_ofAKeyThatTheFilterKeepsOut_touchesNothing() {
        TableFilter filter = new TableFilter("eu#", null, null);
        applier.apply(TABLE, putOf("us#1", "a", version(ELSEWHERE, 1)));
        assertThat(applier.apply(TABLE, filter, delete(TABLE.name(), "us#1", version(ELSEWHERE, 2))))
                .isEqualTo(new Superseded(Cause.FILTERED));
        assertThat(value(stored("us#1"))).isEqualTo("a");
    }

    @Test
    void insert_afterADeleteThatItIsAbove_isApplied() {
        applier.apply(TABLE, delete(TABLE.name(), "again", version(ELSEWHERE, 1)));
        assertThat(applier.apply(TABLE, putOf("again", "b", version(THIRD, 2)))).isEqualTo(new Applied(null));
        assertThat(value(stored("again"))).isEqualTo("b");
    }

    @Test
    void version_furtherAheadThanTheDriftBound_isParkedAndNotObserved() {
        Version ahead = new Version(Instant.now().plusSeconds(600).toEpochMilli() << 16, ELSEWHERE, 1);
        assertThat(applier.apply(TABLE, putOf("ahead", "a", ahead)))
                .isInstanceOfSatisfying(
                        Parked.class, parked -> assertThat(parked.reason()).isEqualTo(ParkReason.CLOCK_AHEAD));
        assertThat(stored("ahead")).isNull();
        assertThat(clock.next(null).millis()).isLessThan(ahead.millis());
    }

    @Test
    void put_tooLargeForTheTable_isParked() {
        assertThat(applier.apply(TABLE, putOf("large", "x".repeat(400 * 1024), version(ELSEWHERE, 1))))
                .isInstanceOfSatisfying(
                        Parked.class, parked -> assertThat(parked.reason()).isEqualTo(ParkReason.NOT_APPLICABLE));
    }

    @Test
    void put_itemsAtTheSizeLimit_arriveIntact() {
        for (Item shape : atTheLimit()) {
            Change change = new Change(
                    Change.Kind.PUT,
                    TABLE.name(),
                    ItemKey.of(RegionFixture.SCHEMA, shape),
                    RegionFixture.keyAttributes(((AttributeValue.S) Objects.requireNonNull(shape.get("id"))).value()),
                    shape,
                    version(ELSEWHERE, 1),
                    null,
                    null,
                    Instant.now());
            assertThat(applier.apply(TABLE, change)).isEqualTo(new Applied(null));
            assertThat(Objects.requireNonNull(TABLE.read(change.key())).item()).isEqualTo(shape);
        }
    }

    /** As large as the version attribute leaves room for, each in its own way. */
    private static List<Item> atTheLimit() {
        int room = 400 * 1024 - 200;
        byte[] bytes = new byte[room];
        seeded(1).nextBytes(bytes);
        return List.of(
                RegionFixture.keyAttributes("limit-binary").with("b", new AttributeValue.B(Bytes.wrap(bytes))),
                RegionFixture.keyAttributes("limit-control").with("s", new AttributeValue.S("\u0001".repeat(room))),
                RegionFixture.keyAttributes("limit-numbers")
                        .with(
                                "ns",
                                new AttributeValue.L(IntStream.range(0, 43_000)
                                        .mapToObj(i -> (AttributeValue) new AttributeValue.N(String.valueOf(i)))
                                        .toList())),
                RegionFixture.keyAttributes("limit-nested").with("l", nested(30)));
    }

    private static AttributeValue nested(int depth) {
        return depth == 0
                ? new AttributeValue.S("x".repeat(200_000))
                : new AttributeValue.L(List.of(nested(depth - 1)));
    }

    @Test
    void twoAppliersAtOnce_anyOrderAndDuplicates_endAtTheHighestVersion() throws Exception {
        long seed = System.nanoTime();
        for (int round = 0; round < 12; round++) {
            String id = "race-" + round;
            List<Change> changes = new ArrayList<>();
            for (int i = 1; i <= 6; i++) {
                Version version = version(i % 2 == 0 ? ELSEWHERE : THIRD, i);
                changes.add(i == 4 ? delete(TABLE.name(), id, version) : putOf(id, "v" + i, version));
            }
            int last = round % 2 == 0 ? 6 : 4;
            List<Change> sent = changes.subList(0, last);
            inParallel(shuffled(sent, seed + round), shuffled(sent, seed - round));
            assertThat(value(stored(id))).as("round %d of seed %d", round, seed).isEqualTo(last == 6 ? "v6" : null);
        }
    }

    private void inParallel(List<Change> first, List<Change> second) throws Exception {
        var executor = Executors.newFixedThreadPool(2);
        try {
            List<Callable<Boolean>> appliers = List.of(() -> applyAll(first), () -> applyAll(second));
            for (Future<Boolean> done : executor.invokeAll(appliers)) {
                assertThat(done.get()).isTrue();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private boolean applyAll(List<Change> changes) {
        Applier own = applier(REGION.tombstones());
        changes.forEach(change -> own.apply(TABLE, change));
        return true;
    }

    private static List<Change> shuffled(List<Change> changes, long seed) {
        List<Change> shuffled = new ArrayList<>(changes);
        Collections.shuffle(shuffled, new java.util.Random(seed));
        return shuffled;
    }

    private static RandomGenerator seeded(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    @Test
    void apply_tableNotThere_passesTheFailureOn() {
        var missing = new DynamoVersionedTable(
                REGION.client(),
                new AppliedWrites(REGION.client(), HERE),
                "gone",
                RegionFixture.SCHEMA,
                Version.ATTRIBUTE);
        assertThatThrownBy(() -> applier.apply(missing, putOf("x", "a", version(ELSEWHERE, 1))))
                .isInstanceOf(RetriableStoreException.class);
    }

    /** Tombstones on which a delete arrives right after the first look. */
    private record TombstonesThatRise(Tombstones real, Version deleted) implements Tombstones {

        @Override
        public @Nullable Version read(String table, ItemKey key) {
            Version before = real.read(table, key);
            real.raise(table, key, deleted);
            return before;
        }

        @Override
        public boolean replace(
                String table, ItemKey key, @Nullable Version expected, Version fresh, @Nullable Bytes removed) {
            return real.replace(table, key, expected, fresh, removed);
        }

        @Override
        public @Nullable Bytes removed(String table, ItemKey key) {
            return real.removed(table, key);
        }

        @Override
        public boolean raise(String table, ItemKey key, Version version) {
            return real.raise(table, key, version);
        }
    }
}
