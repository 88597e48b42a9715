package io.nearside.conflict;

import io.nearside.change.Change;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.version.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a change makes of an item of which each attribute keeps its highest version.
 *
 * <p>The result is what the writes, done one after another in the order of their versions, would have left: a put replaces everything, an
 * update sets and removes attributes (and makes an item of them where there is none, as DynamoDB does), a deletion removes everything. Each
 * attribute is a register of its own that keeps its highest version, so what a set of changes comes to depends neither on order nor on
 * grouping nor on repetition: the join of a semilattice. Equal versions are the same write and leave things as they are.
 * See adr/0006-attributes-as-registers.md.
 *
 * <p>Pure and thread-safe.
 */
public final class AttributeMerge {

    /**
     * What stands under a key.
     *
     * @param item null if there is none
     * @param versions where its attributes come from; of an item that is gone, its deletion
     */
    public record Held(@Nullable Item item, AttributeVersions versions) {
        /** Nothing was ever heard of. */
        public static final Held NOTHING = new Held(null, AttributeVersions.whole(AttributeVersions.NEVER));

        /** A deleted item. */
        public static Held deleted(Version version) {
            return new Held(null, AttributeVersions.whole(version));
        }
    }

    /**
     * What the change comes to.
     *
     * @param held what stands now
     * @param standing the versions, all above the change's, that some part of the change met and did not get past
     * @param duplicate whether some part of the change stood already
     */
    public record Merged(Held held, List<Version> standing, boolean duplicate) {}

    private AttributeMerge() {}

    /** Merges a change into what stands. */
    public static Merged merge(Held held, Change change) {
        return change.kind() == Change.Kind.UPDATE ? update(held, change) : whole(held, change);
    }

    /** What a deletion leaves: nothing, or the key and the attributes written since. */
    public static Held delete(Held held, Item keyAttributes, Version version) {
        return raise(held, keyAttributes, null, version);
    }

    private static Merged whole(Held held, Change change) {
        Version version = change.version();
        Version base = held.versions().base();
        if (!version.isAbove(base)) {
            boolean same = version.equals(base);
            return new Merged(held, same ? List.of() : List.of(base), same);
        }
        Held raised = raise(held, change.keyAttributes(), change.image(), version);
        return new Merged(raised, List.copyOf(raised.versions().notes().values()), false);
    }

    private static Held raise(Held held, Item keyAttributes, @Nullable Item image, Version version) {
        if (!version.isAbove(held.versions().base())) {
            return held;
        }
        AttributeVersions versions = held.versions().raised(version);
        Item item = image;
        if (!versions.notes().isEmpty() && held.item() != null) {
            item = keep(held.item(), versions.notes().keySet(), image == null ? keyAttributes : image);
        }
        return new Held(item, versions);
    }

    /** The image with the attributes that have notes as they are now. */
    private static Item keep(Item current, Set<String> noted, Item image) {
        Map<String, AttributeValue> attributes = new HashMap<>(image.attributes());
        for (String name : noted) {
            AttributeValue value = current.get(name);
            if (value == null) {
                attributes.remove(name);
            } else {
                attributes.put(name, value);
            }
        }
        return new Item(attributes);
    }

    private static Merged update(Held held, Change change) {
        Version version = change.version();
        Item set = image(change);
        Map<String, AttributeValue> attributes = new HashMap<>(
                held.item() == null
                        ? change.keyAttributes().attributes()
                        : held.item().attributes());
        List<Version> standing = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        boolean duplicate = false;
        for (String name : touched(change)) {
            Version existing = held.versions().of(name);
            if (version.isAbove(existing)) {
                taken.add(name);
                AttributeValue value = set.get(name);
                if (value == null) {
                    attributes.remove(name);
                } else {
                    attributes.put(name, value);
                }
            } else if (version.equals(existing)) {
                duplicate = true;
            } else {
                standing.add(existing);
            }
        }
        return new Merged(
                taken.isEmpty()
                        ? held
                        : new Held(new Item(attributes), held.versions().raised(taken, version)),
                standing,
                duplicate);
    }

    private static Item image(Change change) {
        Item image = change.image();
        if (image == null) {
            throw new IllegalArgumentException("an update has an image");
        }
        return image;
    }

    /** The attributes that an update set or removed. */
    public static Set<String> touched(Change change) {
        Set<String> touched = new HashSet<>(image(change).attributes().keySet());
        touched.removeAll(change.keyAttributes().attributes().keySet());
        touched.addAll(change.removed());
        return touched;
    }

    /** Whether a change leaves nothing of a lower one, or of itself come again, in whatever order the two arrive. */
    public static boolean covers(Change later, Change earlier) {
        return !earlier.version().isAbove(later.version())
                && (later.kind() != Change.Kind.UPDATE
                        || (earlier.kind() == Change.Kind.UPDATE
                                && touched(later).containsAll(touched(earlier))));
    }
}
