package io.nearside.conflict;

import io.nearside.version.Version;

/** What is to become of a change that meets what a region holds; every change gets exactly one. */
public sealed interface Decision {

    /** The change stands from now on: it was made with knowledge of what is held, or nothing is held. */
    record Apply() implements Decision {}

    /** What is held stays, and nothing is lost by it. */
    record Superseded(Cause cause) implements Decision {}

    /**
     * The change and what is held were made without knowledge of each other, and one of them does not survive.
     *
     * @param outcome which of them stands
     * @param winner the version that stands
     * @param loser the other
     */
    record Conflict(Outcome outcome, Version winner, Version loser) implements Decision {}

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
        KEEP_HELD
    }
}
