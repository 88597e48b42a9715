package io.nearside.replicator.simulation;

import io.nearside.change.Change;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.replicator.apply.Applier;
import io.nearside.replicator.apply.Lineage;
import io.nearside.replicator.capture.PublishedAtOnce;
import io.nearside.replicator.capture.Settlement;
import io.nearside.replicator.capture.Settling;
import io.nearside.replicator.table.RegionFixture;
import io.nearside.replicator.table.StoredItem;
import io.nearside.replicator.table.TableFilter;
import io.nearside.version.Version;
import io.nearside.version.VersionClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A region that takes in part of a table: whatever the order and however often changes come, it ends with the winner's part. */
final class FilteredRegionTest {
    private static final int HISTORIES = 3_000;
    private static final int HERE = 9;
    private static final TableFilter EUROPE = new TableFilter(null, "home", "eu");
    private static final ItemKey KEY = ItemKey.of(World.SCHEMA, key());
    private static final InstantSource WALL = () -> Instant.ofEpochMilli(1_000_000);

    private static final Interference NONE = new Interference() {
        @Override
        public void before() {}

        @Override
        public void after() {}

        @Override
        public void tell(Supplier<String> line) {}
    };

    private final SimulatedTable table = new SimulatedTable(World.SCHEMA, HERE, NONE);
    private final SimulatedTombstones tombstones = new SimulatedTombstones(NONE, false);
    private final SimulatedLog log = new SimulatedLog(NONE, change -> {});
    private final VersionClock clock = new VersionClock(WALL, HERE, 1, Duration.ofDays(1));
    private final Applier applier = new Applier(tombstones, clock, new Lineage(10));
    private final Settling settlement = new PublishedAtOnce(new Settlement(table, tombstones, clock, WALL), log);

    private static Item key() {
        return new Item(Map.of("id", new AttributeValue.N("1")));
    }

    private static Change put(Version version, String home) {
        Item image = key().with("home", new AttributeValue.S(home)).with("v", new AttributeValue.S(version.toString()));
        return new Change(Change.Kind.PUT, "t", KEY, key(), image, version, null, null, WALL.instant());
    }

    private static Change delete(Version version) {
        return new Change(Change.Kind.DELETE, "t", KEY, key(), null, version, null, null, WALL.instant());
    }

    @Test
    void anyOrder_endsWithTheWinnerIfItIsTakenIn_andTellsNobody() {
        for (long seed = 0; seed < HISTORIES; seed++) {
            FilteredRegionTest region = new FilteredRegionTest();
            region.play(seed);
        }
    }

    private void play(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Change> changes = changes(random);
        List<Change> deliveries = new ArrayList<>(changes);
        for (int i = 0; i < 4; i++) {
            deliveries.add(random.nextInt(deliveries.size() + 1), changes.get(random.nextInt(changes.size())));
        }
        shuffle(deliveries, random);
        int captured = 0;
        for (Change change : deliveries) {
            applier.apply(table, EUROPE, change);
            while (captured < table.stream().size() && random.nextInt(3) > 0) {
                settlement.handle(table.stream().get(captured++));
            }
        }
        while (captured < table.stream().size()) {
            settlement.handle(table.stream().get(captured++));
        }
        Change winner = changes.get(changes.size() - 1);
        Item image = winner.image();
        StoredItem expected =
                image != null && EUROPE.acceptsImage(image) ? new StoredItem(image, winner.version()) : null;
        assertThat(RegionFixture.unmarked(table.items().get(KEY)))
                .as("seed %d", seed)
                .isEqualTo(expected);
        assertThat(log.changes()).as("seed %d", seed).isEmpty();
    }

    /** In the order of their versions, some of them next to each other. */
    private static List<Change> changes(SplittableRandom random) {
        List<Change> changes = new ArrayList<>();
        long clock = 1;
        int writer = 1;
        for (int i = 0; i < 2 + random.nextInt(5); i++) {
            if (random.nextInt(3) == 0) {
                writer++;
            } else {
                clock += 1 + random.nextInt(2);
                writer = 1 + random.nextInt(3);
            }
            Version version = new Version(clock, 2, writer);
            int kind = random.nextInt(5);
            changes.add(kind == 0 ? delete(version) : put(version, kind < 3 ? "eu" : "us"));
        }
        return changes;
    }

    private static void shuffle(List<Change> changes, SplittableRandom random) {
        for (int i = changes.size(); i > 1; i--) {
            java.util.Collections.swap(changes, i - 1, random.nextInt(i));
        }
    }

    @Test
    void itemThatLeft_whenTheFilterIsWidened_comesInAgainAtItsVersion() {
        Change left = put(new Version(7, 2, 3), "us");
        applier.apply(table, EUROPE, put(new Version(5, 2, 3), "eu"));
        applier.apply(table, EUROPE, left);
        assertThat(table.items()).isEmpty();

        applier.apply(table, left);

        assertThat(RegionFixture.unmarked(table.items().get(KEY)))
                .isEqualTo(new StoredItem(Objects.requireNonNull(left.image()), left.version()));
    }
}
