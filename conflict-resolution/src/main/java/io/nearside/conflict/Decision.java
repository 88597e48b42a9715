package io.nearside.conflict;

import io.nearside.item.Item;
import io.nearside.version.Version;
import org.jspecify.annotations.Nullable;

/** What is to become of a change that meets what a region holds; every change gets exactly one. */
public sealed interface Decision {

    /** The change stands from now on: it was made with knowledge of what is held, or nothing is held. */
    record Apply() implements Decision {}

    /** What is held stays, and nothing is lost by it. */
    record Superseded(Cause cause) implements Decision {}

    /**
     * The change and what is held were made without knowledge of each other, and something of one of them does not survive, or both
     * survive in a third.
     *
     * @param outcome which of them stands
     * @param winner the version that stands, or with {@link Outcome#MERGE} the higher of the two
     * @param loser the other
     * @param merged with {@link Outcome#MERGE}, what is to be written under a fresh version above both, null to delete; otherwise null
     */
    record Conflict(
            Outcome outcome,
            Version winner,
            Version loser,
            @Nullable Item merged) implements Decision {}

    /** The change cannot be decided without somebody looking at it; it is put aside, with every later version of its key. */
    record Park(Reason reason) implements Decision {}

    /** Why there is nothing to do. */
    enum Cause {
        /** This very change is held already. */
        DUPLICATE,
        /** What is held was made with knowledge of the change. */
        ANCESTOR
    }

    /** Which side of a conflict stands. */
    enum Outcome {
        /** The change. */
        TAKE_CHANGE,
        /** What is held. */
        KEEP_HELD,
        /** Parts of both. */
        MERGE
    }

    /** Why a change is put aside. */
    enum Reason {
        /** Its version is further ahead of the wall clock than the drift bound: see {@link WithinDrift}. */
        CLOCK_AHEAD,
        /** The notes on its attributes cannot be read: see {@link AttributeVersions}. */
        UNREADABLE_NOTES
    }
}
