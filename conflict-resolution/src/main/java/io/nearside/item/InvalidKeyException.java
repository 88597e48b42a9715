package io.nearside.item;

/** A primary key that does not fit its schema or DynamoDB's limits, or canonical key bytes that nobody here wrote. */
public final class InvalidKeyException extends IllegalArgumentException {
    InvalidKeyException(String message) {
        super(message);
    }

    InvalidKeyException(String message, Throwable cause) {
        super(message, cause);
    }
}
