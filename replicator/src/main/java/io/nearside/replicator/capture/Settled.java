package io.nearside.replicator.capture;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What settling a record came to.
 *
 * @param acknowledged completes when everything that was published cannot be lost any more
 */
public record Settled(Outcome outcome, CompletionStage<Void> acknowledged) {

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
        DELETE_FOREIGN("delete-foreign");

        private final String label;

        Outcome(String label) {
            this.label = label;
        }

        /** The outcome as a metric tag. */
        public String label() {
            return label;
        }
    }

    static Settled silently(Outcome outcome) {
        return new Settled(outcome, CompletableFuture.completedFuture(null));
    }
}
