package io.nearside.replicator.simulation;

import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.replicator.table.StoredItem;
import io.nearside.version.Stamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The applications of all regions: each write is one atomic step on one region's table, through a proxy that stamps, or not. */
final class Applications {
    /** Where an item belongs, if regions take in only some. */
    static final String HOME = "home";

    private static final String WRITE = "w";

    private static final List<String> ATTRIBUTES = List.of("a", "b", "c");

    /** What an application read some time ago and still holds in its hands, stamp and all. */
    private record Held(Region region, ItemKey key, StoredItem item) {}

    /**
     * What the last write should leave in every region that takes it in.
     *
     * @param image null if it deleted the item
     * @param happened false for a delete where there was no item; it may be kept out of that region, and live on elsewhere
     */
    record Wish(ItemKey key, int origin, @Nullable Item image, boolean happened) {
        @Nullable AttributeValue in(Region region) {
            return image != null && region.isToHave(origin, image) ? image.get(WRITE) : null;
        }
    }

    /** One attribute that one region's application wrote while another region's wrote another. */
    record Part(ItemKey key, String name, AttributeValue value) {}

    private final World world;
    private final Chance chance;
    private final List<Held> held = new ArrayList<>();
    private int writes;

    Applications(World world) {
        this.world = world;
        this.chance = world.chance();
    }

    static @Nullable AttributeValue write(@Nullable StoredItem item) {
        return item == null ? null : item.item().get(WRITE);
    }

    /** What an item holds, for the history. */
    static String content(StoredItem item) {
        return new TreeMap<>(item.item().attributes()).toString();
    }

    /** Some application writes something somewhere. */
    Wish write() {
        Region region = chance.oneOf(world.regions());
        Item keyAttributes = new Item(Map.of(
                "id",
                new AttributeValue.N(
                        String.valueOf(chance.below(world.schedule().keys())))));
        ItemKey key = ItemKey.of(World.SCHEMA, keyAttributes);
        StoredItem before = region.table().items().get(key);
        if (before != null && chance.permille(300)) {
            held.add(new Held(region, key, before));
        }
        AttributeValue number = new AttributeValue.N(String.valueOf(++writes));
        if (world.schedule().merges()) {
            merging(region, key, keyAttributes, before, number);
            StoredItem after = region.table().items().get(key);
            return new Wish(key, region.id(), after == null ? null : after.item(), before != null || after != null);
        }
        switch (chance.below(10)) {
            case 0, 1 -> region.table().remove(key, false);
            case 2 -> region.table().remove(key, true);
            case 3, 4, 5 ->
                region.table().put(key, updated(before, keyAttributes, number), updateStamp(region, before));
            case 6 -> {
                if (before != null && chance.permille(300)) {
                    region.table().remove(key, false);
                    world.later(() -> region.table().put(key, before));
                    return new Wish(key, region.id(), before.item(), true);
                }
                region.table().put(key, homed(keyAttributes.with(WRITE, number)), heldStamp(region, key));
            }
            default -> region.table().put(key, homed(keyAttributes.with(WRITE, number)), stamp(region));
        }
        StoredItem after = region.table().items().get(key);
        return new Wish(key, region.id(), after == null ? null : after.item(), before != null || after != null);
    }

    /** Updates of some of three attributes, through proxies and not; whole items; deletes; items read earlier and put back. */
    private void merging(
            Region region, ItemKey key, Item keyAttributes, @Nullable StoredItem before, AttributeValue number) {
        switch (chance.below(12)) {
            case 0 -> region.table().remove(key, false);
            case 1 -> region.table().remove(key, true);
            case 2, 3 -> region.table().put(key, whole(keyAttributes, number), stamp(region));
            case 4 -> putBack(region, key, keyAttributes, number);
            default -> update(region, key, keyAttributes, before, number);
        }
    }

    /** Two regions, not knowing of each other, write an attribute each of an item that stands in both; none, if there is no item. */
    List<Part> writeApart() {
        Region one = chance.oneOf(world.regions());
        Region other = world.regions().get(one.id() % world.regions().size());
        List<ItemKey> keys = one.table().items().keySet().stream()
                .filter(other.table().items()::containsKey)
                .toList();
        if (keys.isEmpty()) {
            return List.of();
        }
        ItemKey key = chance.oneOf(keys);
        return List.of(writePart(one, key, "a"), writePart(other, key, "b"));
    }

    private Part writePart(Region region, ItemKey key, String name) {
        AttributeValue number = new AttributeValue.N(String.valueOf(++writes));
        StoredItem before = Objects.requireNonNull(region.table().items().get(key));
        region.table().put(key, new StoredItem(before.item().with(name, number), before.stamp(), before.mark()));
        return new Part(key, name, number);
    }

    private void update(
            Region region, ItemKey key, Item keyAttributes, @Nullable StoredItem before, AttributeValue number) {
        Item item = before == null ? keyAttributes : before.item();
        String first = chance.oneOf(ATTRIBUTES);
        item = before != null && chance.permille(200) ? item.without(first) : item.with(first, number);
        if (chance.permille(200)) {
            item = item.with(chance.oneOf(ATTRIBUTES), number);
        }
        Stamp stamp = stamp(region);
        region.table()
                .put(
                        key,
                        stamp != null || before == null
                                ? new StoredItem(item, stamp, null)
                                : new StoredItem(item, before.stamp(), before.mark()));
    }

    private Item whole(Item keyAttributes, AttributeValue number) {
        Item item = keyAttributes;
        for (String name : ATTRIBUTES) {
            item = chance.permille(600) ? item.with(name, number) : item;
        }
        return item;
    }

    /** Something read earlier is put back with what marked it, some of it changed. */
    private void putBack(Region region, ItemKey key, Item keyAttributes, AttributeValue number) {
        List<Held> own = heldOf(region, key);
        if (own.isEmpty()) {
            region.table().put(key, whole(keyAttributes, number), null);
            return;
        }
        StoredItem item = chance.oneOf(own).item();
        Item changed = chance.permille(300)
                ? whole(keyAttributes, number)
                : item.item().with(chance.oneOf(ATTRIBUTES), number);
        region.table().put(key, new StoredItem(changed, item.stamp(), item.mark()));
    }

    /**
     * Some application takes an item away and, some steps later, puts it back as it read it, stamp and all; once or twice, as it read it there or
     * in another region, and with changes of the past arriving once more meanwhile. Null if there is no item.
     */
    @Nullable Wish putBackAsRead() {
        Region region = chance.oneOf(world.regions());
        List<ItemKey> keys = List.copyOf(region.table().items().keySet());
        if (keys.isEmpty()) {
            return null;
        }
        ItemKey key = chance.oneOf(keys);
        Region source = chance.permille(300) ? chance.oneOf(world.regions()) : region;
        StoredItem read = Objects.requireNonNullElse(
                source.table().items().get(key), region.table().items().get(key));
        for (int times = chance.oneOf(1, 1, 2); times > 0; times--) {
            world.later(() -> region.table().remove(key, false));
            if (!world.hadGap() && chance.permille(300)) {
                world.later(world::repeatSomeChange);
            }
            world.later(() -> region.table().put(key, read));
            if (!world.hadGap() && chance.permille(300)) {
                world.later(world::repeatSomeChange);
            }
        }
        return new Wish(key, region.id(), read.item(), true);
    }

    private Item updated(@Nullable StoredItem before, Item keyAttributes, AttributeValue number) {
        return homed((before == null ? keyAttributes : before.item()).with(WRITE, number));
    }

    private Item homed(Item item) {
        return world.schedule().filters()
                ? item.with(HOME, new AttributeValue.S(chance.permille(500) ? "even" : "odd"))
                : item;
    }

    /** An update that is not stamped leaves the version of the item where it is. */
    private @Nullable Stamp updateStamp(Region region, @Nullable StoredItem before) {
        Stamp stamp = stamp(region);
        return stamp != null || before == null ? stamp : before.stamp();
    }

    private @Nullable Stamp stamp(Region region) {
        return chance.permille(world.schedule().proxiedPermille())
                ? Stamp.of(region.proxyClock().next(null))
                : null;
    }

    /** The stamp of something read earlier in this region and now put back, new content and old stamp. */
    private @Nullable Stamp heldStamp(Region region, ItemKey key) {
        List<Held> own = heldOf(region, key);
        return own.isEmpty() ? null : chance.oneOf(own).item().stamp();
    }

    private List<Held> heldOf(Region region, ItemKey key) {
        return held.stream()
                .filter(item -> item.region() == region && item.key().equals(key))
                .toList();
    }
}
