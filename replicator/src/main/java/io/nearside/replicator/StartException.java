package io.nearside.replicator;

/** The replicator cannot start, for a reason that an operator can mend; the message says which and how. */
public final class StartException extends RuntimeException {

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
