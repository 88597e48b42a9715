package io.nearside.conflict;

import io.nearside.change.Change;
import io.nearside.conflict.Decision.Conflict;
import io.nearside.conflict.Decision.Outcome;
import io.nearside.conflict.Decision.Park;
import io.nearside.conflict.Decision.Reason;
import io.nearside.item.AttributeValue;
import io.nearside.item.Bytes;
import io.nearside.item.Item;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

class AttributeMergeTest {
    private final Resolver resolver = new AttributeMerge();

    @Provide
    Arbitrary<List<Change>> histories() {
        return Histories.changes(resolver);
    }

    @Property
    void merge_anyPair_isCommutative(@ForAll("histories") List<Change> changes) {
        for (Change a : changes) {
            for (Change b : changes) {
                assertThat(merge(Revision.of(a), Revision.of(b))).isEqualTo(merge(Revision.of(b), Revision.of(a)));
            }
        }
    }

    @Property
    void merge_ofOneWithItself_isIdempotent(@ForAll("histories") List<Change> changes) {
        for (Change a : changes) {
            Item once = merge(Revision.of(a), Revision.of(a));
            if (once != null) {
                Revision merged = new Revision(a.version(), null, once);
                assertThat(merge(merged, Revision.of(a))).isEqualTo(once);
            }
        }
    }

    @Property
    void resolve_anyOrderAndRepetition_comesToOneItem(
            @ForAll("histories") List<Change> changes, @ForAll Random random) {
        @Nullable Item first = heard(changes, new Random(1));
        @Nullable Item second = heard(changes, random);

        assertThat(second).isEqualTo(first);
    }

    /** Every change twice, in some order. */
    private @Nullable Item heard(List<Change> changes, Random random) {
        List<Change> deliveries = new ArrayList<>(changes);
        deliveries.addAll(changes);
        Collections.shuffle(deliveries, random);
        Histories.Holder holder = new Histories.Holder(resolver, 9, 0);
        deliveries.forEach(holder::hear);
        Revision held = holder.held();
        return held == null ? null : merge(held, held);
    }

    @Property
    void resolve_regionsThatTellEachOtherWhatTheyMerge_endEqualWithVersions(
            @ForAll("histories") List<Change> changes, @ForAll Random random) {
        List<Histories.Holder> regions = List.of(
                new Histories.Holder(resolver, 7, 0),
                new Histories.Holder(resolver, 8, 50),
                new Histories.Holder(resolver, 9, -50));
        List<Deque<Change>> inboxes = new ArrayList<>();
        for (int i = 0; i < regions.size(); i++) {
            List<Change> shuffled = new ArrayList<>(changes);
            Collections.shuffle(shuffled, random);
            inboxes.add(new ArrayDeque<>(shuffled));
        }

        int left = changes.size() * regions.size();
        int heard = 0;
        while (left > 0) {
            int i = random.nextInt(regions.size());
            Change change = inboxes.get(i).poll();
            if (change != null) {
                left--;
                assertThat(++heard).as("changes heard before coming to rest").isLessThan(2_000);
                for (Change made : regions.get(i).hear(change)) {
                    for (int j = 0; j < regions.size(); j++) {
                        if (j != i) {
                            inboxes.get(j).add(made);
                            left++;
                        }
                    }
                }
            }
        }

        Revision expected = regions.get(0).held();
        for (Histories.Holder region : regions) {
            Revision held = region.held();
            assertThat(region.image()).isEqualTo(regions.get(0).image());
            if (held != null && expected != null && held.image() != null) {
                assertThat(held.version()).isEqualTo(expected.version());
            }
        }
    }

    @Property
    void merge_anyThree_isAssociative(@ForAll("histories") List<Change> changes) {
        for (Change a : changes) {
            for (Change b : changes) {
                for (Change c : changes) {
                    assertThat(joined(joined(Revision.of(a), Revision.of(b)), Revision.of(c))
                                    .image())
                            .isEqualTo(joined(Revision.of(a), joined(Revision.of(b), Revision.of(c)))
                                    .image());
                }
            }
        }
    }

    private static @Nullable Item merge(Revision a, Revision b) {
        return AttributeMerge.merge(a, b);
    }

    /** What is held after both: a deletion stands under its own version, anything else under any version above both. */
    private static Revision joined(Revision a, Revision b) {
        Item merged = merge(a, b);
        Revision higher = a.version().isAbove(b.version()) ? a : b;
        if (merged != null || (a.image() == null && b.image() == null)) {
            return new Revision(higher.version(), null, merged);
        }
        return a.image() == null ? a : b;
    }

    private final Histories.Holder here = new Histories.Holder(resolver, 1, 0);
    private final Histories.Holder there = new Histories.Holder(resolver, 2, 10);

    private static Item item(String name, int value) {
        return new Item(Map.of("id", new AttributeValue.N("1"), name, number(value)));
    }

    private static AttributeValue number(int value) {
        return new AttributeValue.N(String.valueOf(value));
    }

    private static Item plain(@Nullable Item image) {
        return image == null ? Item.EMPTY : image.without(AttributeVersions.ATTRIBUTE);
    }

    @Example
    void resolve_concurrentUpdatesOfTwoAttributes_keepsBoth() {
        there.hear(here.write(item("a", 1).with("b", number(1))));
        Change a = here.write(item("a", 2).with("b", number(1)));
        Change b = there.write(item("a", 1).with("b", number(2)));

        there.hear(a);
        here.hear(b);

        assertThat(plain(here.image())).isEqualTo(item("a", 2).with("b", number(2)));
        assertThat(plain(there.image())).isEqualTo(plain(here.image()));
    }

    @Example
    void resolve_concurrentUpdateAndRemovalOfAttributes_keepsBoth() {
        there.hear(here.write(item("a", 1).with("b", number(1))));
        Change removal = here.write(item("b", 1));
        Change update = there.write(item("a", 1).with("b", number(2)));

        there.hear(removal);
        here.hear(update);

        assertThat(plain(here.image())).isEqualTo(item("b", 2));
        assertThat(plain(there.image())).isEqualTo(item("b", 2));
    }

    @Example
    void resolve_concurrentUpdatesOfOneAttribute_keepsTheHigherVersion() {
        there.hear(here.write(item("a", 1)));
        Change lower = here.write(item("a", 2));
        Change higher = there.write(item("a", 3));

        assertThat(resolver.resolve(Revision.of(higher), lower))
                .isEqualTo(new Conflict(Outcome.KEEP_HELD, higher.version(), lower.version(), null));
        here.hear(higher);
        assertThat(plain(here.image())).isEqualTo(item("a", 3));
    }

    @Example
    void resolve_deletionAndLaterConcurrentUpdate_deletes() {
        there.hear(here.write(item("a", 1)));
        Change deletion = here.write(null);
        Change update = there.write(item("a", 2));
        assertThat(update.version()).isGreaterThan(deletion.version());

        there.hear(deletion);
        here.hear(update);

        assertThat(here.image()).isNull();
        assertThat(there.image()).isNull();
    }

    @Example
    void resolve_creationAfterTheDeletion_stands() {
        Change old = here.write(item("a", 1));
        here.write(null);
        Change creation = here.write(item("b", 1));

        there.hear(creation);
        there.hear(old);

        assertThat(plain(there.image())).isEqualTo(item("b", 1));
    }

    @Example
    void resolve_notesThatNobodyWrote_parks() {
        Change change = here.write(item("a", 1));
        Item scribbled = item("a", 1).with(AttributeVersions.ATTRIBUTE, new AttributeValue.B(Bytes.wrap(new byte[7])));
        Item text = item("a", 1).with(AttributeVersions.ATTRIBUTE, new AttributeValue.S("x"));

        for (Item image : List.of(scribbled, text)) {
            assertThat(resolver.resolve(new Revision(there.write(item("a", 2)).version(), null, image), change))
                    .isEqualTo(new Park(Reason.UNREADABLE_NOTES));
        }
    }
}
