package io.nearside.replicator.admin;

/** What an admin request needs is not there now, though the request is right: answered 503 with the message. */
public final class UnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** @param message a sentence for an operator */
    public UnavailableException(String message) {
        super(message);
    }

    /**
     * @param message a sentence for an operator
     * @param cause what is wrong
     */
    public UnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
