package io.nearside.proxy;

/** The proxy cannot start, for a reason that its operator can mend; the message is one sentence that says how. */
public final class StartException extends RuntimeException {

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
