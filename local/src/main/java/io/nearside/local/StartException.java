package io.nearside.local;

/** Something the user can put right; the message is one sentence that names the thing and the fix. */
final class StartException extends RuntimeException {
    private final boolean wrongUsage;

    StartException(String message) {
        super(message);
        this.wrongUsage = false;
    }

    StartException(String message, Throwable cause) {
        super(message, cause);
        this.wrongUsage = false;
    }

    private StartException(String message, boolean wrongUsage) {
        super(message);
        this.wrongUsage = wrongUsage;
    }

    /** The command line asks for what cannot be. */
    static StartException wrongUsage(String message) {
        return new StartException(message, true);
    }

    boolean isWrongUsage() {
        return wrongUsage;
    }
}
