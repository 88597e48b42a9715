package io.nearside.change;

/** The bytes of a record that no version of Nearside understood here wrote; the cause says what is wrong with them. */
public final class MalformedRecordException extends Exception {
    MalformedRecordException(String message) {
        super(message);
    }

    MalformedRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
