package io.nearside.replicator.capture;

import io.nearside.change.Change;
import java.util.List;

/**
 * What settling a record came to.
 *
 * <p>Settling writes to the table and the tombstones and sends nothing: whoever had the record settled publishes the changes, and where
 * that fails sends them again as they are, for they are committed. Only a process that forgets them has to settle anew.
 *
 * @param changes what every other region has to hear before the record is done
 */
public record Settled(Outcome outcome, List<Change> changes) {

    /** How a record was settled; a bounded set, fit for a metric's tag. */
    public enum Outcome {
        /** The record was a version committed by this region, and was published. */
        PUBLISHED("published"),
        /** The record was another region's change, applied here: its origin has published it. */
        FOREIGN("foreign"),
        /** An application's write was given a version; the record of that will follow. */
        STAMPED("stamped"),
        /** The item already has a newer version, whose record will follow. */
        OVERTAKEN("overtaken"),
        /** An application's delete (or an expiry) was given a version, and was published. */
        DELETED("deleted"),
        /** The delete already had a version of this region, which was published again. */
        DELETE_REPEATED("delete-repeated"),
        /** Another region's delete is newer than what was removed here: its origin has published it. */
        DELETE_FOREIGN("delete-foreign"),
        /** No other region takes changes: caches were told of the write, and nothing else is done. */
        INVALIDATED("invalidated");

        private final String label;

        Outcome(String label) {
            this.label = label;
        }

        /** The outcome as a metric tag. */
        public String label() {
            return label;
        }
    }

    public Settled {
        changes = List.copyOf(changes);
    }

    static Settled silently(Outcome outcome) {
        return new Settled(outcome, List.of());
    }
}
