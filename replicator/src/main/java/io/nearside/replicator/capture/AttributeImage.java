package io.nearside.replicator.capture;

import io.nearside.change.Change;
import io.nearside.change.StreamPosition;
import io.nearside.conflict.AttributeVersions;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.version.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An item of a table that merges attributes, as the changes that it is made of: a put of what has the base's version, and an update for each
 * version above it.
 *
 * @param item without the version attribute
 */
public record AttributeImage(String table, ItemKey key, Item keyAttributes, Item item, AttributeVersions versions) {

    /**
     * All of it, for a region that may have nothing of it.
     *
     * @param tombstone the key's; at the base, it says that the base is a deletion
     */
    public List<Change> all(@Nullable Version tombstone, Instant now) {
        List<Change> changes = new ArrayList<>();
        if (versions.base().equals(tombstone)) {
            changes.add(change(Change.Kind.DELETE, null, Set.of(), versions.base(), null, null, now));
        }
        changes.addAll(since(
                AttributeVersions.whole(tombstone == null ? AttributeVersions.NEVER : tombstone),
                true,
                version -> true,
                null,
                now));
        return changes;
    }

    /**
     * What is above a floor.
     *
     * @param whole whether the base may be among it
     * @param counts whose versions are wanted
     */
    List<Change> since(
            AttributeVersions floor,
            boolean whole,
            Predicate<Version> counts,
            @Nullable StreamPosition position,
            Instant now) {
        List<Change> changes = new ArrayList<>();
        Version base = versions.base();
        if (whole && counts.test(base) && base.isAbove(floor.base())) {
            changes.add(change(Change.Kind.PUT, atBase(), Set.of(), base, known(floor.base()), position, now));
        }
        Map<Version, Set<String>> risen = new TreeMap<>();
        versions.notes().forEach((name, version) -> {
            if (counts.test(version) && version.isAbove(floor.of(name))) {
                risen.computeIfAbsent(version, fresh -> new HashSet<>()).add(name);
            }
        });
        risen.forEach((version, names) -> changes.add(update(names, version, floor, position, now)));
        return changes;
    }

    private Item atBase() {
        if (versions.notes().isEmpty()) {
            return item;
        }
        Map<String, AttributeValue> attributes = new HashMap<>(item.attributes());
        attributes.keySet().removeAll(versions.notes().keySet());
        return new Item(attributes);
    }

    private Change update(
            Set<String> names,
            Version version,
            AttributeVersions floor,
            @Nullable StreamPosition position,
            Instant now) {
        Map<String, AttributeValue> set = new HashMap<>(keyAttributes.attributes());
        Set<String> removed = new HashSet<>();
        Version previous = version;
        for (String name : names) {
            AttributeValue value = item.get(name);
            if (value == null) {
                removed.add(name);
            } else {
                set.put(name, value);
            }
            previous = previous.isAbove(floor.of(name)) ? floor.of(name) : previous;
        }
        return change(Change.Kind.UPDATE, new Item(set), removed, version, known(previous), position, now);
    }

    private static @Nullable Version known(Version version) {
        return version.equals(AttributeVersions.NEVER) ? null : version;
    }

    private Change change(
            Change.Kind kind,
            @Nullable Item image,
            Set<String> removed,
            Version version,
            @Nullable Version previous,
            @Nullable StreamPosition position,
            Instant now) {
        return new Change(kind, table, key, keyAttributes, image, removed, version, previous, position, now);
    }
}
