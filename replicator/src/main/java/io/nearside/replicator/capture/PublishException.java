package io.nearside.replicator.capture;

/** A record that the log did not take. */
public final class PublishException extends RuntimeException {

    private final boolean hopeless;

    private PublishException(String message, Throwable cause, boolean hopeless) {
        super(message, cause);
        this.hopeless = hopeless;
    }

    /** The log is away, slow or refusing for now: the same record may be taken later. */
    public static PublishException retriable(String message, Throwable cause) {
        return new PublishException(message, cause, false);
    }

    /** The log will never take this record, whatever its state. */
    public static PublishException hopeless(String message, Throwable cause) {
        return new PublishException(message, cause, true);
    }

    /** Whether trying again is pointless. */
    public boolean isHopeless() {
        return hopeless;
    }
}
