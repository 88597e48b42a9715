package io.nearside.local;

/** Something the user can put right; the message is one sentence that names the thing and the fix. */
final class StartException extends RuntimeException {
    StartException(String message) {
        super(message);
    }

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
