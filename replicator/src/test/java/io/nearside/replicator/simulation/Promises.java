package io.nearside.replicator.simulation;

import io.nearside.change.Change;
import io.nearside.conflict.AttributeMerge;
import io.nearside.conflict.AttributeMerge.Held;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.replicator.table.StoredItem;
import io.nearside.version.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;

/** What must hold whenever a world has come to rest. */
final class Promises {
    private final World world;

    /** Keys of which some region put a change aside, which is an alarm: there the regions may differ until somebody looks. */
    private final Set<ItemKey> parked = new HashSet<>();

    Promises(World world) {
        this.world = world;
    }

    void check() {
        parked.clear();
        world.regions().forEach(region -> parked.addAll(region.books().parked()));
        originsAreTrue();
        regionsAreEqual();
        highestVersionStands();
        noItemIsBelowItsTombstone();
        booksBalance();
    }

    /** The loop rule: a region speaks for itself only. */
    private void originsAreTrue() {
        for (Region region : world.regions()) {
            for (Change change : region.log().changes()) {
                assertThat(change.origin())
                        .as("origin of %s, published by region %s", change.version(), region.id())
                        .isEqualTo(region.id());
            }
        }
    }

    /** G1. */
    private void regionsAreEqual() {
        if (world.schedule().filters()) {
            return;
        }
        Map<ItemKey, StoredItem> first = world.regions().get(0).table().items();
        for (Region region : world.regions()) {
            assertThat(text(region.table().items()))
                    .as("G1: items of region %s", region.id())
                    .isEqualTo(text(first));
        }
    }

    private Map<ItemKey, String> text(Map<ItemKey, StoredItem> items) {
        Map<ItemKey, String> text = new TreeMap<>();
        items.forEach((key, item) ->
                text.put(key, item.versions() + " " + new TreeMap<>(item.item().attributes())));
        text.keySet().removeAll(parked);
        return text;
    }

    /** What stands is what the logs say: of everything published under a key, the highest version, which has one content. */
    private void highestVersionStands() {
        if (world.hadGap()) {
            return;
        }
        if (world.schedule().merges()) {
            writesInTheOrderOfTheirVersionsStand();
            return;
        }
        Map<ItemKey, Change> winners = new TreeMap<>();
        everyChange(change ->
                winners.merge(change.key(), change, (a, b) -> a.version().isAbove(b.version()) ? a : b));
        for (Region region : world.regions()) {
            Map<ItemKey, StoredItem> expected = new TreeMap<>();
            winners.forEach((key, change) -> {
                Item image = change.image();
                if (image != null && region.isToHave(change.origin(), image)) {
                    expected.put(key, new StoredItem(image, change.version()));
                }
            });
            assertThat(text(region.table().items()))
                    .as("the highest of all published versions, in region %s", region.id())
                    .isEqualTo(text(expected));
        }
        everyChange(change -> {
            Change winner = Objects.requireNonNull(winners.get(change.key()));
            if (change.version().equals(winner.version())) {
                assertThat(change.image()).as("content of %s", change.version()).isEqualTo(winner.image());
            }
        });
    }

    /** What stands is what the logs say: every write that was published, done again in the order of versions. */
    private void writesInTheOrderOfTheirVersionsStand() {
        List<Change> changes = new ArrayList<>();
        everyChange(changes::add);
        changes.sort(Comparator.comparing(Change::version));
        Map<ItemKey, Held> replayed = new TreeMap<>();
        changes.forEach(change -> replayed.merge(
                change.key(),
                AttributeMerge.merge(Held.NOTHING, change).held(),
                (held, first) -> AttributeMerge.merge(held, change).held()));
        Map<ItemKey, StoredItem> expected = new TreeMap<>();
        replayed.forEach((key, held) -> {
            if (held.item() != null) {
                expected.put(key, StoredItem.merging(held.item(), held.versions(), 0));
            }
        });
        for (Region region : world.regions()) {
            assertThat(text(region.table().items()))
                    .as("all published writes in the order of their versions, in region %s", region.id())
                    .isEqualTo(text(expected));
        }
    }

    private void everyChange(Consumer<Change> check) {
        world.regions().forEach(region -> region.log().changes().forEach(check));
    }

    /** G4. */
    private void noItemIsBelowItsTombstone() {
        for (Region region : world.regions()) {
            region.table().items().forEach((key, item) -> {
                Version tombstone = region.tombstones().peek(key);
                Version version = Objects.requireNonNull(item.versions()).head();
                assertThat(tombstone == null || version.isAbove(tombstone))
                        .as(
                                "G4: item at %s stands above the tombstone %s in region %s",
                                version, tombstone, region.id())
                        .isTrue();
            });
        }
    }

    /** G3. */
    private void booksBalance() {
        for (Region region : world.regions()) {
            assertThat(region.books().balance())
                    .as("G3: books of region %s: %s", region.id(), region.books())
                    .isTrue();
            if (world.schedule().skewMillis() < Replica.MAX_DRIFT.toMillis() / 2) {
                assertThat(region.books().parked())
                        .as("parked in region %s", region.id())
                        .isEmpty();
            }
        }
    }

    /** G2, when the write had the world to itself. */
    void stands(Applications.Wish wish) {
        if (parked.contains(wish.key()) || (world.schedule().filters() && !wish.happened())) {
            return;
        }
        if (world.schedule().merges()) {
            standsWhole(wish);
            return;
        }
        for (Region region : world.regions()) {
            assertThat(Applications.write(region.table().items().get(wish.key())))
                    .as("G2: the last write in region %s", region.id())
                    .isEqualTo(wish.in(region));
        }
    }

    /** What a table that merges attributes is for. */
    void survives(Applications.Part part) {
        if (parked.contains(part.key())) {
            return;
        }
        for (Region region : world.regions()) {
            StoredItem item = region.table().items().get(part.key());
            assertThat(item == null ? null : item.item().get(part.name()))
                    .as(
                            "attribute %s, written while another region wrote another one, in region %s",
                            part.name(), region.id())
                    .isEqualTo(part.value());
        }
    }

    private void standsWhole(Applications.Wish wish) {
        for (Region region : world.regions()) {
            StoredItem item = region.table().items().get(wish.key());
            assertThat(item == null ? null : new TreeMap<>(item.item().attributes()))
                    .as("G2: what the last write left, in region %s", region.id())
                    .isEqualTo(
                            wish.image() == null
                                    ? null
                                    : new TreeMap<>(wish.image().attributes()));
        }
    }
}
