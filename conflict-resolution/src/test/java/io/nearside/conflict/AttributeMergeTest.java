package io.nearside.conflict;

import io.nearside.change.Change;
import io.nearside.conflict.AttributeMerge.Held;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.version.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

class AttributeMergeTest {
    private static final Item KEY = new Item(Map.of("id", new AttributeValue.N("1")));
    private static final ItemKey ITEM_KEY = ItemKey.of(new KeySchema(new KeyAttribute("id", KeyType.N), null), KEY);
    private static final List<String> NAMES = List.of("a", "b", "c", "d");

    /** Any writes of one item, no two of one version; not only those that could have followed one another. */
    @Provide
    Arbitrary<List<Change>> changes() {
        return Arbitraries.longs().map(seed -> {
            Random random = new Random(seed);
            List<Change> changes = new ArrayList<>();
            int writes = 1 + random.nextInt(8);
            for (int i = 1; i <= writes; i++) {
                changes.add(change(random, new Version(1 + i / 2, i % 3, i)));
            }
            Collections.shuffle(changes, random);
            return changes;
        });
    }

    private static Change change(Random random, Version version) {
        int kind = random.nextInt(6);
        if (kind == 0) {
            return change(random.nextBoolean() ? Change.Kind.DELETE : Change.Kind.TTL, null, Set.of(), version);
        }
        Item image = KEY;
        Map<String, Boolean> removed = new HashMap<>();
        for (String name : NAMES) {
            switch (random.nextInt(3)) {
                case 0 -> image = image.with(name, new AttributeValue.N(String.valueOf(random.nextInt(3))));
                case 1 -> removed.put(name, true);
                default -> {}
            }
        }
        if (kind == 1 || (image.equals(KEY) && removed.isEmpty())) {
            return change(Change.Kind.PUT, image, Set.of(), version);
        }
        return change(Change.Kind.UPDATE, image, removed.keySet(), version);
    }

    private static Change change(Change.Kind kind, @Nullable Item image, Set<String> removed, Version version) {
        return new Change(kind, "t", ITEM_KEY, KEY, image, removed, version, null, null, Instant.EPOCH);
    }

    private static Held held(List<Change> changes) {
        Held held = Held.NOTHING;
        for (Change change : changes) {
            held = AttributeMerge.merge(held, change).held();
        }
        return held;
    }

    /** What DynamoDB would hold had the writes been made in this order: knows nothing of versions. */
    private static @Nullable Item written(List<Change> changes) {
        Item item = null;
        for (Change change : changes) {
            Item image = change.image();
            if (change.kind() != Change.Kind.UPDATE || image == null) {
                item = image;
                continue;
            }
            Map<String, AttributeValue> attributes = new HashMap<>((item == null ? KEY : item).attributes());
            attributes.putAll(image.attributes());
            attributes.keySet().removeAll(change.removed());
            item = new Item(attributes);
        }
        return item;
    }

    @Property
    void merge_anyOrderGroupingAndRepetition_leavesWhatTheWritesInVersionOrderWouldHave(
            @ForAll("changes") List<Change> changes, @ForAll Random random) {
        List<Change> inOrder = new ArrayList<>(changes);
        inOrder.sort(Comparator.comparing(Change::version));
        List<Change> deliveries = new ArrayList<>(changes);
        deliveries.addAll(changes.subList(0, random.nextInt(changes.size() + 1)));
        Collections.shuffle(deliveries, random);

        Held held = held(deliveries);

        assertThat(held).isEqualTo(held(inOrder));
        assertThat(held.item()).isEqualTo(written(inOrder));
    }

    @Property
    void merge_twoChanges_commute(@ForAll("changes") List<Change> changes) {
        Held held = held(changes.subList(0, changes.size() / 2));
        Change a = changes.get(0);
        Change b = changes.get(changes.size() - 1);

        assertThat(merged(merged(held, a), b)).isEqualTo(merged(merged(held, b), a));
    }

    private static Held merged(Held held, Change change) {
        return AttributeMerge.merge(held, change).held();
    }

    @Property
    void merge_changeThatIsThere_changesNothing(@ForAll("changes") List<Change> changes) {
        Held held = held(changes);

        changes.forEach(change -> assertThat(merged(held, change)).isEqualTo(held));
    }

    @Property
    void merge_neverLowersAVersion(@ForAll("changes") List<Change> changes) {
        Held held = Held.NOTHING;
        for (Change change : changes) {
            Held next = merged(held, change);
            for (String name : NAMES) {
                assertThat(next.versions().of(name))
                        .isGreaterThanOrEqualTo(held.versions().of(name));
            }
            assertThat(next.versions().base())
                    .isGreaterThanOrEqualTo(held.versions().base());
            held = next;
        }
    }

    @Property
    void covers_whatIsCovered_makesNoDifferenceInAnyPlace(
            @ForAll("changes") List<Change> changes, @ForAll Random random) {
        Change later = changes.get(random.nextInt(changes.size()));
        List<Change> without = new ArrayList<>(changes);
        without.removeIf(change -> !change.equals(later) && AttributeMerge.covers(later, change));

        assertThat(held(without)).isEqualTo(held(changes));
    }

    @Property
    void delete_sameAsTheChange(@ForAll("changes") List<Change> changes) {
        Held held = held(changes);
        Version version = new Version(3, 2, 1);

        assertThat(AttributeMerge.delete(held, KEY, version))
                .isEqualTo(merged(held, change(Change.Kind.DELETE, null, Set.of(), version)));
    }

    @Property
    void versions_asBytes_areReadBackAndBeginWithTheHighest(@ForAll("changes") List<Change> changes) {
        AttributeVersions versions = held(changes).versions();
        byte[] bytes = versions.toBytes(77);

        assertThat(AttributeVersions.ofBytes(bytes)).isEqualTo(versions);
        assertThat(AttributeVersions.writeId(bytes)).isEqualTo(77);
        assertThat(Version.ofBytes(java.util.Arrays.copyOfRange(bytes, 1, 1 + Version.LENGTH)))
                .isEqualTo(versions.head());
    }

    @Property
    void versions_anyOtherBytes_areNone(@ForAll byte[] bytes) {
        AttributeVersions read = AttributeVersions.ofBytes(bytes);

        assertThat(read == null || java.util.Arrays.equals(read.toBytes(AttributeVersions.writeId(bytes)), bytes))
                .isTrue();
    }

    @Property
    void versions_cutShort_areNone(@ForAll("changes") List<Change> changes) {
        byte[] bytes = held(changes).versions().toBytes(0);

        for (int length = Version.LENGTH + 1; length < bytes.length; length++) {
            AttributeVersions read = AttributeVersions.ofBytes(java.util.Arrays.copyOf(bytes, length));
            assertThat(read == null
                            || read.notes().size()
                                    < held(changes).versions().notes().size())
                    .isTrue();
        }
    }

    private static Change update(long clock, String name, String value) {
        return change(
                Change.Kind.UPDATE, KEY.with(name, new AttributeValue.S(value)), Set.of(), new Version(clock, 1, 1));
    }

    @Example
    void merge_updatesOfDifferentAttributes_bothSurvive() {
        Change put =
                change(Change.Kind.PUT, KEY.with("a", new AttributeValue.S("old")), Set.of(), new Version(5, 1, 1));

        Held held = held(List.of(put, update(7, "a", "new"), update(6, "b", "other")));

        assertThat(held.item())
                .isEqualTo(KEY.with("a", new AttributeValue.S("new")).with("b", new AttributeValue.S("other")));
    }

    @Example
    void merge_updateAboveADeletion_leavesWhatItWrote() {
        Change put =
                change(Change.Kind.PUT, KEY.with("a", new AttributeValue.S("old")), Set.of(), new Version(5, 1, 1));
        Change delete = change(Change.Kind.DELETE, null, Set.of(), new Version(6, 2, 1));

        assertThat(held(List.of(put, update(7, "b", "later"), delete)).item())
                .isEqualTo(KEY.with("b", new AttributeValue.S("later")));
        assertThat(held(List.of(delete, update(4, "b", "earlier"), put)).item()).isNull();
    }

    @Example
    void merge_lowerUpdateOfAnAttribute_meetsTheVersionThatStands() {
        Held held = held(List.of(update(7, "a", "stands")));

        AttributeMerge.Merged merged = AttributeMerge.merge(held, update(6, "a", "late"));

        assertThat(merged.held()).isEqualTo(held);
        assertThat(merged.standing()).containsExactly(new Version(7, 1, 1));
    }
}
