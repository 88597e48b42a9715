package io.nearside.proxy.expression;

/**
 * An expression, or the names and values for it, that DynamoDB refuses with a ValidationException; the message is
 * DynamoDB's. Has no stack trace: it is the caller's fault, and a flood of bad requests must stay cheap.
 */
public final class InvalidExpressionException extends RuntimeException {
    InvalidExpressionException(String message) {
        super(message, null, false, false);
    }

    /** DynamoDB's message, never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
