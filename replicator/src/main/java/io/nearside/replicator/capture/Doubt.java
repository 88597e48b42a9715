package io.nearside.replicator.capture;

import io.nearside.conflict.AttributeVersions;
import io.nearside.item.Item;
import io.nearside.replicator.table.StoredItem;
import io.nearside.version.Version;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of an item a stream record shows to have been written by an application: attributes whose value changed and whose version did
 * not rise. The value that stands there is nobody's until it has a version above the one it stands under now.
 *
 * @param rest the version that everything without an entry must get above; null if that is in no doubt
 * @param attributes the versions that single attributes must get above
 */
record Doubt(@Nullable Version rest, Map<String, Version> attributes) {
    static final Doubt NONE = new Doubt(null, Map.of());

    /** Of everything: the item was removed, or written without its versions. */
    static Doubt ofAll(@Nullable AttributeVersions before) {
        return before == null ? new Doubt(AttributeVersions.NEVER, Map.of()) : new Doubt(before.base(), before.notes());
    }

    /** Of everything, under two marks. */
    static Doubt ofAll(@Nullable AttributeVersions before, @Nullable AttributeVersions after) {
        if (before == null || after == null) {
            return ofAll(before == null ? after : before);
        }
        Map<String, Version> floors = new HashMap<>();
        names(before, after).forEach(name -> floors.put(name, higher(before.of(name), after.of(name))));
        return new Doubt(higher(before.base(), after.base()), floors);
    }

    /**
     * What a record's images say.
     *
     * @param tombstone the key's, where the record has no old image
     */
    static Doubt of(CapturedRecord record, AttributeVersions after, @Nullable Version tombstone) {
        StoredItem old = record.oldItem();
        StoredItem fresh = Objects.requireNonNull(record.newItem());
        if (old == null) {
            return tombstone == null ? NONE : below(after, tombstone);
        }
        AttributeVersions before = old.versions();
        if (before == null) {
            return NONE;
        }
        if (before.base().isAbove(after.base())) {
            return ofAll(before, after);
        }
        Set<String> names = names(before, after);
        names.addAll(old.item().attributes().keySet());
        names.addAll(fresh.item().attributes().keySet());
        Map<String, Version> floors = new HashMap<>();
        for (String name : names) {
            Version was = before.of(name);
            Version is = after.of(name);
            if (was.isAbove(is) || (was.equals(is) && isChanged(name, old.item(), fresh.item()))) {
                floors.put(name, was);
            }
        }
        return floors.isEmpty() ? NONE : new Doubt(null, floors);
    }

    /** An item came to be that has versions below the deletion of the one before it. */
    private static Doubt below(AttributeVersions after, Version tombstone) {
        Map<String, Version> floors = new HashMap<>(after.notes());
        floors.values().removeIf(note -> note.isAbove(tombstone));
        Version rest = tombstone.isAbove(after.base()) ? after.base() : null;
        return rest == null && floors.isEmpty() ? NONE : new Doubt(rest, floors);
    }

    private static boolean isChanged(String name, Item old, Item fresh) {
        return !Objects.equals(old.get(name), fresh.get(name));
    }

    private static Set<String> names(AttributeVersions before, AttributeVersions after) {
        Set<String> names = new HashSet<>(before.notes().keySet());
        names.addAll(after.notes().keySet());
        return names;
    }

    private static Version higher(Version a, Version b) {
        return a.isAbove(b) ? a : b;
    }

    boolean isNone() {
        return rest == null && attributes.isEmpty();
    }

    /** What is still in doubt of an item with these versions. */
    Doubt of(AttributeVersions now) {
        Version floor = rest;
        Map<String, Version> floors = new HashMap<>(attributes);
        floors.entrySet().removeIf(entry -> now.of(entry.getKey()).isAbove(entry.getValue()));
        return new Doubt(floor == null || now.base().isAbove(floor) ? null : floor, floors);
    }
}
