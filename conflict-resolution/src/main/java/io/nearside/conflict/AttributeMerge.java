package io.nearside.conflict;

import io.nearside.change.Change;
import io.nearside.conflict.Decision.Apply;
import io.nearside.conflict.Decision.Cause;
import io.nearside.conflict.Decision.Conflict;
import io.nearside.conflict.Decision.Outcome;
import io.nearside.conflict.Decision.Park;
import io.nearside.conflict.Decision.Reason;
import io.nearside.conflict.Decision.Superseded;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.version.Version;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Concurrent changes of different attributes both survive; of one attribute, the higher version does. Opt-in, per table.
 *
 * <p>Works on items that carry {@link AttributeVersions}: what each write changed, compared with the image that it found. The rules, by
 * their precedence:
 *
 * <ol>
 *   <li>A deletion beats every write to the item as it was created before, concurrent later updates included: an item never comes
 *       back in part. It does not beat a creation above it.
 *   <li>Of two creations, the higher stands whole, with the updates made to it.
 *   <li>Of two updates of one creation, every attribute is as the highest version left it.
 * </ol>
 *
 * <p>These are maxima of totally ordered things, the second only asked where the first is equal; hence commutative, associative,
 * idempotent. A merged item is written under a fresh version and published like any write; regions that merge the same changes at the
 * same time make equal items under different versions, of which the highest stands. See adr/0004-attribute-merge.md.
 */
public final class AttributeMerge implements Resolver {
    @Override
    public Decision resolve(@Nullable Revision held, Change change) {
        if (held == null) {
            return new Apply();
        }
        Revision arrived = Revision.of(change);
        if (arrived.version().equals(held.version())) {
            return new Superseded(Cause.DUPLICATE);
        }
        try {
            return decide(held, arrived);
        } catch (IllegalArgumentException e) {
            return new Park(Reason.UNREADABLE_NOTES);
        }
    }

    private static Decision decide(Revision held, Revision arrived) {
        boolean above = arrived.version().isAbove(held.version());
        Item merged = merge(held, arrived);
        boolean keepsHeld = Objects.equals(merged, noted(held));
        boolean takesChange = Objects.equals(merged, noted(arrived));
        boolean known = above ? arrived.knew(held) : held.knew(arrived);
        // A deletion stands under its own version even where that is the lower one: a higher would beat creations that
        // it must not.
        boolean deletes = arrived.image() == null && held.image() != null;
        if (takesChange && (above || deletes)) {
            return known || keepsHeld ? new Apply() : conflict(Outcome.TAKE_CHANGE, arrived, held, null);
        }
        if (keepsHeld) {
            return known || takesChange
                    ? new Superseded(Cause.ANCESTOR)
                    : conflict(Outcome.KEEP_HELD, held, arrived, null);
        }
        return above ? conflict(Outcome.MERGE, arrived, held, merged) : conflict(Outcome.MERGE, held, arrived, merged);
    }

    private static Conflict conflict(Outcome outcome, Revision winner, Revision loser, @Nullable Item merged) {
        return new Conflict(outcome, winner.version(), loser.version(), merged);
    }

    /** The item that both come to, with its notes; null if that is no item. */
    static @Nullable Item merge(Revision a, Revision b) {
        Item imageA = a.image();
        Item imageB = b.image();
        if (imageA == null || imageB == null) {
            return imageA == null ? afterDeletion(a, b) : afterDeletion(b, a);
        }
        AttributeVersions versionsA = AttributeVersions.of(imageA, a.version());
        AttributeVersions versionsB = AttributeVersions.of(imageB, b.version());
        int order = versionsA.birth().compareTo(versionsB.birth());
        if (order != 0) {
            return order > 0 ? noted(a) : noted(b);
        }
        return merge(imageA, versionsA, imageB, versionsB);
    }

    private static @Nullable Item afterDeletion(Revision deletion, Revision other) {
        Item image = other.image();
        boolean survives = image != null
                && AttributeVersions.of(image, other.version()).birth().isAbove(deletion.version());
        return survives ? noted(other) : null;
    }

    private static Item merge(Item a, AttributeVersions versionsA, Item b, AttributeVersions versionsB) {
        Map<String, AttributeValue> merged = new HashMap<>();
        Map<String, Version> notes = new HashMap<>(versionsA.notes());
        versionsB.notes().forEach((name, version) -> notes.merge(name, version, AttributeMerge::max));
        for (String name : AttributeVersions.names(
                a.without(AttributeVersions.ATTRIBUTE), b.without(AttributeVersions.ATTRIBUTE))) {
            boolean fromA = !versionsB.version(name).isAbove(versionsA.version(name));
            AttributeValue value = fromA ? a.get(name) : b.get(name);
            if (value != null) {
                merged.put(name, value);
            }
        }
        return AttributeVersions.of(versionsA.birth(), notes).on(new Item(merged));
    }

    /** The image with its notes spelled out, so that equal items are equal. */
    private static @Nullable Item noted(Revision revision) {
        Item image = revision.image();
        return image == null
                ? null
                : AttributeVersions.of(image, revision.version()).on(image);
    }

    private static Version max(Version a, Version b) {
        return a.isAbove(b) ? a : b;
    }
}
