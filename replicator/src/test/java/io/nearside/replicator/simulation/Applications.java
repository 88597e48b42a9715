package io.nearside.replicator.simulation;

import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.replicator.table.StoredItem;
import io.nearside.version.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The applications of all regions: each write is one atomic step on one region's table, through a proxy that stamps, or not. */
final class Applications {
    /** Where an item belongs, if regions take in only some. */
    static final String HOME = "home";

    private static final String WRITE = "w";

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
        switch (chance.below(10)) {
            case 0, 1 -> region.table().remove(key, false);
            case 2 -> region.table().remove(key, true);
            case 3, 4, 5 ->
                region.table().put(key, updated(before, keyAttributes, number), updateStamp(region, before));
            case 6 -> region.table().put(key, homed(keyAttributes.with(WRITE, number)), heldStamp(region, key));
            default -> region.table().put(key, homed(keyAttributes.with(WRITE, number)), stamp(region));
        }
        StoredItem after = region.table().items().get(key);
        return new Wish(key, region.id(), after == null ? null : after.item(), before != null || after != null);
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
    private @Nullable Version updateStamp(Region region, @Nullable StoredItem before) {
        Version stamp = stamp(region);
        return stamp != null || before == null ? stamp : before.version();
    }

    private @Nullable Version stamp(Region region) {
        return chance.permille(world.schedule().proxiedPermille())
                ? region.proxyClock().next(null)
                : null;
    }

    /** The stamp of something read earlier in this region and now put back, new content and old stamp. */
    private @Nullable Version heldStamp(Region region, ItemKey key) {
        List<Held> own = held.stream()
                .filter(item -> item.region() == region && item.key().equals(key))
                .toList();
        return own.isEmpty() ? null : chance.oneOf(own).item().version();
    }
}
