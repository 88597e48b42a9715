package io.nearside.replicator.apply;

import io.nearside.item.Item;
import io.nearside.version.Version;
import org.jspecify.annotations.Nullable;

/** What became of a foreign change in this region; every change ends in exactly one of these. */
public sealed interface ApplyOutcome {

    /**
     * The change stands in the table now.
     *
     * @param old the item it replaced or deleted; null if there was none
     */
    record Applied(@Nullable Item old) implements ApplyOutcome {}

    /**
     * Some attributes of the change stand in the table now; others lost against versions made without knowledge of it.
     *
     * @param old the item before; null if there was none
     * @param winner the highest of those versions
     */
    record Merged(@Nullable Item old, Version winner) implements ApplyOutcome {}

    /** Something newer that knew of this change, or this very change, was here before: nothing to do, nothing lost. */
    record Superseded(Cause cause) implements ApplyOutcome {}

    /**
     * The change lost against a version made without knowledge of it.
     *
     * @param winner the version that stands
     * @param cause where the winner was met
     */
    record Conflict(Version winner, Cause cause) implements ApplyOutcome {}

    /** The change cannot be applied, now or later, without somebody looking at it. */
    record Parked(ParkReason reason, String detail) implements ApplyOutcome {}

    /** Why a change was not written. */
    enum Cause {
        /** This change is already here. */
        DUPLICATE("duplicate"),
        /** The item has a higher version. */
        NEWER_ITEM("newer-item"),
        /** The item was deleted at a higher version. */
        TOMBSTONE("tombstone"),
        /** The item had just been written here and was not stamped yet. */
        UNSTAMPED_ITEM("unstamped-item"),
        /** A newer change of the same key came before this one's turn. */
        OVERTAKEN("overtaken"),
        /** It is of a table that was deleted, and created again, since. */
        FORMER_TABLE("former-table"),
        /** The configuration keeps it out of this region. */
        FILTERED("filtered"),
        /** The item expired elsewhere, and this region expires its own. */
        EXPIRES_HERE("expires-here"),
        /** Each attribute of it, or what it deleted, has a higher version here. */
        NEWER_ATTRIBUTES("newer-attributes");

        private final String label;

        Cause(String label) {
            this.label = label;
        }

        /** The cause as a metric tag and in conflict records. */
        public String label() {
            return label;
        }
    }

    /** Why a change was put aside. */
    enum ParkReason {
        /** The table will never take it: too large, wrong key, wrong index key type. */
        NOT_APPLICABLE("not-applicable"),
        /** Its version is further ahead of the wall clock than the drift bound. */
        CLOCK_AHEAD("clock-ahead"),
        /** It was captured so long ago that tombstones against it may have expired. */
        TOO_OLD("too-old"),
        /** Applying it failed again and again for a reason that is ours to find. */
        FAILED("failed"),
        /** The record cannot be decoded. */
        MALFORMED("malformed"),
        /** An earlier change of the same key is parked. */
        KEY_PARKED("key-parked");

        private final String label;

        ParkReason(String label) {
            this.label = label;
        }

        /** The reason as a metric tag and in the parked record. */
        public String label() {
            return label;
        }
    }
}
