package io.nearside.item;

/** A text that DynamoDB does not take as a Number; the message is DynamoDB's own. */
public final class InvalidNumberException extends IllegalArgumentException {
    InvalidNumberException(String message) {
        super(message);
    }
}
