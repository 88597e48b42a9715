package io.nearside.replicator.simulation;

import io.nearside.change.Change;
import io.nearside.conflict.AttributeMerge;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.replicator.apply.Applier;
import io.nearside.replicator.apply.ApplyOutcome;
import io.nearside.replicator.apply.Lineage;
import io.nearside.replicator.capture.AttributeSettlement;
import io.nearside.replicator.capture.CapturedRecord;
import io.nearside.replicator.capture.PublishedAtOnce;
import io.nearside.replicator.capture.Settling;
import io.nearside.replicator.table.RegionFixture;
import io.nearside.replicator.table.StoredItem;
import io.nearside.version.VersionClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The schedules that the first design of merging attributes did not survive, one by one; see conflict-resolution/adr/0005. */
final class AttributeSchedulesTest {
    private static final Item KEY = new Item(Map.of("id", new AttributeValue.N("1")));
    private static final ItemKey ITEM_KEY = ItemKey.of(World.SCHEMA, KEY);

    private final Site here = new Site(1, 1_000_000);
    private final Site there = new Site(2, 1_000_100);
    private final Site third = new Site(3, 1_000_200);

    /** The end of a process. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** One region, with one process that does as it is told. */
    private static final class Site implements Interference {
        private final SimulatedTable table;
        private final SimulatedTombstones tombstones = new SimulatedTombstones(this, false);
        private final SimulatedLog log = new SimulatedLog(this, change -> {});
        private final Settling settlement;
        private final Applier applier;
        private int captured;
        private int stepsUntil;
        private @Nullable Runnable meanwhile;

        Site(int id, long millis) {
            InstantSource wall = () -> Instant.ofEpochMilli(millis);
            VersionClock clock = new VersionClock(wall, id, 1, Duration.ofDays(1));
            table = new SimulatedTable(World.SCHEMA, id, this, true);
            settlement = new PublishedAtOnce(new AttributeSettlement(table, tombstones, clock, wall), log);
            applier = new Applier(tombstones, clock, new Lineage(10));
        }

        /** Something happens before the step after so many others. */
        void afterSteps(int steps, Runnable then) {
            stepsUntil = steps;
            meanwhile = then;
        }

        @Override
        public void before() {
            Runnable now = meanwhile;
            if (now != null && stepsUntil-- == 0) {
                meanwhile = null;
                now.run();
            }
        }

        @Override
        public void after() {}

        @Override
        public void tell(Supplier<String> line) {}

        /** A direct write, which knows nothing of versions. */
        void set(String name, String value) {
            StoredItem before = table.items().get(ITEM_KEY);
            Item item = (before == null ? KEY : before.item()).with(name, new AttributeValue.S(value));
            table.put(
                    ITEM_KEY,
                    before == null ? new StoredItem(item, null) : new StoredItem(item, before.stamp(), before.mark()));
        }

        void captureNext() {
            settlement.handle(table.stream().get(captured++));
        }

        void capture() {
            while (captured < table.stream().size()) {
                captureNext();
            }
        }

        ApplyOutcome hear(Change change) {
            return applier.apply(table, change);
        }

        void hearAll(Site other) {
            List.copyOf(other.log.changes()).forEach(this::hear);
        }

        Change last() {
            return log.changes().get(log.changes().size() - 1);
        }

        StoredItem without(String name) {
            StoredItem item = Objects.requireNonNull(item());
            return new StoredItem(item.item().without(name), item.stamp(), item.mark());
        }

        @Nullable StoredItem item() {
            return table.items().get(ITEM_KEY);
        }

        Map<String, AttributeValue> attributes() {
            return Objects.requireNonNull(item()).item().without("id").attributes();
        }
    }

    private static Map<String, AttributeValue> attributes(String... namesAndValues) {
        Item item = Item.EMPTY;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            item = item.with(namesAndValues[i], new AttributeValue.S(namesAndValues[i + 1]));
        }
        return item.attributes();
    }

    /** An item that all regions have. */
    private void startEqual() {
        here.set("a", "old");
        here.capture();
        for (Site other : List.of(there, third)) {
            other.hearAll(here);
            other.capture();
            assertThat(RegionFixture.unmarked(other.item())).isEqualTo(RegionFixture.unmarked(here.item()));
        }
    }

    @Test
    void directWriteBetweenReadAndStamp_isPublishedUnderAVersionOfItsOwn() {
        startEqual();
        here.set("a", "first");
        int before = here.log.changes().size();
        // The item and its tombstone have been read, the stamp is about to be written.
        here.afterSteps(2, () -> here.set("b", "meanwhile"));
        here.captureNext();
        here.capture();

        List<Change> published =
                here.log.changes().subList(before, here.log.changes().size());
        assertThat(published)
                .extracting(AttributeMerge::touched)
                .containsExactly(java.util.Set.of("a"), java.util.Set.of("b"));

        there.hear(published.get(1));
        there.hear(published.get(0));
        assertThat(RegionFixture.unmarked(there.item())).isEqualTo(RegionFixture.unmarked(here.item()));
        assertThat(there.attributes()).isEqualTo(attributes("a", "first", "b", "meanwhile"));
    }

    @Test
    void directWriteUnderAForeignUpdateOfAnotherAttribute_survivesIt() {
        startEqual();
        there.set("b", "there");
        there.capture();
        here.set("a", "here");
        here.hear(there.last());
        here.capture();
        there.hear(here.last());

        assertThat(here.attributes()).isEqualTo(attributes("a", "here", "b", "there"));
        assertThat(RegionFixture.unmarked(there.item())).isEqualTo(RegionFixture.unmarked(here.item()));
    }

    @Test
    void directWriteOfAnAttributeThatAnUpdateIsJustRemoving_goesWithIt() {
        startEqual();
        there.set("b", "passing");
        there.capture();
        there.table.put(ITEM_KEY, there.without("b"));
        there.capture();
        // Read without the attribute, so that there seems to be nothing to remove.
        here.afterSteps(2, () -> here.set("b", "direct"));
        here.hear(there.last());
        here.capture();
        there.hearAll(here);

        assertThat(RegionFixture.unmarked(here.item())).isEqualTo(RegionFixture.unmarked(there.item()));
        assertThat(here.attributes()).isEqualTo(attributes("a", "old"));
    }

    @Test
    void directWriteOfAnAttributeThatAnUpdateIsJustSettingToWhatItWas_goesWithIt() {
        startEqual();
        there.set("a", "passing");
        there.capture();
        there.set("a", "old");
        there.capture();
        here.afterSteps(2, () -> here.set("a", "direct"));
        here.hear(there.last());
        here.capture();
        there.hearAll(here);

        assertThat(RegionFixture.unmarked(here.item())).isEqualTo(RegionFixture.unmarked(there.item()));
        assertThat(here.attributes()).isEqualTo(attributes("a", "old"));
    }

    @Test
    void deletionBelowAnUpdate_isNotSettledAsAnotherDeletion() {
        startEqual();
        here.table.remove(ITEM_KEY, false);
        here.capture();
        there.set("b", "later");
        there.capture();
        int published = there.log.changes().size();

        there.hear(here.last());
        there.capture();
        here.hear(there.last());
        here.capture();

        assertThat(there.log.changes()).hasSize(published);
        assertThat(there.attributes()).isEqualTo(attributes("b", "later"));
        assertThat(RegionFixture.unmarked(here.item())).isEqualTo(RegionFixture.unmarked(there.item()));
    }

    @Test
    void deletionThatStoppedBetweenItsTombstoneAndTheLog_underAnUpdateFromElsewhere_isPublished() {
        startEqual();
        there.set("b", "above");
        there.capture();
        here.table.remove(ITEM_KEY, true);
        CapturedRecord removal = here.table.stream().get(here.table.stream().size() - 1);
        // The item and its tombstone have been read and the tombstone is written; the process ends before it looks for
        // intruders.
        here.afterSteps(3, () -> {
            throw new Stopped();
        });
        assertThatThrownBy(here::capture).isInstanceOf(Stopped.class);
        assertThat(here.log.changes()).noneMatch(change -> change.kind().isDeletion());
        here.hear(there.last());

        here.settlement.handle(removal);
        there.hear(here.last());

        assertThat(here.last().kind()).isEqualTo(Change.Kind.TTL);
        assertThat(here.attributes()).isEqualTo(attributes("b", "above"));
        assertThat(RegionFixture.unmarked(there.item())).isEqualTo(RegionFixture.unmarked(here.item()));
    }

    @Test
    void deletionWithKnowledgeOfTwoUpdates_staysWhereTheUpdatesComeLate() {
        startEqual();
        here.set("a", "here");
        here.capture();
        Change one = here.last();
        there.set("b", "there");
        there.capture();
        Change other = there.last();
        here.hear(other);
        here.capture();
        here.table.remove(ITEM_KEY, false);
        here.capture();
        Change deletion = here.last();

        third.hear(one);
        third.hear(deletion);
        third.hear(other);
        third.hear(one);
        third.capture();
        there.hear(deletion);

        assertThat(third.item()).isNull();
        assertThat(there.item()).isNull();
        assertThat(third.log.changes()).isEmpty();
    }

    @Test
    void updatesOfOneAttribute_theHigherStands_andTheOtherIsAConflict() {
        startEqual();
        here.set("a", "here");
        here.capture();
        there.set("a", "there");
        there.capture();
        Change lower = here.last();
        Change higher = there.last();
        assertThat(higher.version().isAbove(lower.version())).isTrue();

        assertThat(there.hear(lower)).isInstanceOf(ApplyOutcome.Conflict.class);
        assertThat(here.hear(higher)).isInstanceOf(ApplyOutcome.Applied.class);
        assertThat(RegionFixture.unmarked(here.item())).isEqualTo(RegionFixture.unmarked(there.item()));
        assertThat(here.attributes()).isEqualTo(attributes("a", "there"));
    }

    @Test
    void updateOfTwoAttributes_ofWhichOneLost_isAConflictAndTakenOtherwise() {
        startEqual();
        there.set("a", "there");
        there.capture();
        StoredItem before = Objects.requireNonNull(here.item());
        here.table.put(
                ITEM_KEY,
                new StoredItem(
                        before.item().with("a", new AttributeValue.S("here")).with("b", new AttributeValue.S("here")),
                        before.stamp(),
                        before.mark()));
        here.capture();

        assertThat(there.hear(here.last())).isInstanceOf(ApplyOutcome.Merged.class);
        here.hear(there.last());
        assertThat(there.attributes()).isEqualTo(attributes("a", "there", "b", "here"));
        assertThat(RegionFixture.unmarked(here.item())).isEqualTo(RegionFixture.unmarked(there.item()));
    }

    @Test
    void updateForATableWhereTheLastWriterWins_isParked() {
        startEqual();
        here.set("a", "here");
        here.capture();
        SimulatedTable usual = new SimulatedTable(World.SCHEMA, 9, here, false);

        assertThat(new Applier(
                                here.tombstones,
                                new VersionClock(InstantSource.system(), 9, 1, Duration.ofDays(1)),
                                new Lineage(1))
                        .apply(usual, here.last()))
                .isInstanceOfSatisfying(
                        ApplyOutcome.Parked.class,
                        parked -> assertThat(parked.reason()).isEqualTo(ApplyOutcome.ParkReason.NOT_APPLICABLE));
        assertThat(usual.items()).isEmpty();
    }

    @Test
    void moreAttributesThanAnItemShouldNote_writesTheItemWhole() {
        startEqual();
        for (int i = 0; i <= io.nearside.conflict.AttributeVersions.MANY_NOTES; i++) {
            here.set("n" + i, "x");
            here.capture();
        }
        there.hearAll(here);

        assertThat(Objects.requireNonNull(Objects.requireNonNull(here.item()).versions())
                        .notes())
                .isEmpty();
        assertThat(here.last().kind()).isEqualTo(Change.Kind.PUT);
        assertThat(RegionFixture.unmarked(there.item())).isEqualTo(RegionFixture.unmarked(here.item()));
    }
}
