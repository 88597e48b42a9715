package io.nearside.replicator.table;

import org.jspecify.annotations.Nullable;

/**
 * The environment's fault: the same step may succeed later, and nothing is wrong with the record that asked for it.
 *
 * <p>Whether the step was taken is not known.
 */
public final class RetriableStoreException extends StoreException {

    /** What stands in the way, which decides how long to wait and what to tell an operator. */
    public enum Reason {
        /** The table or the account is over its throughput: ask less often. */
        THROTTLED("throttled"),
        /** A 5xx answer, a time-out or no connection: ask again. */
        UNAVAILABLE("unavailable"),
        /** The table is not there or not active (yet). */
        TABLE_MISSING("table-missing"),
        /** The credentials are missing, expired or not allowed to do this. */
        DENIED("denied");

        private final String label;

        Reason(String label) {
            this.label = label;
        }

        /** The reason as a metric tag and in readiness details. */
        public String label() {
            return label;
        }
    }

    private final Reason reason;

    public RetriableStoreException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
