package io.nearside.proxy.operation;

import java.util.Objects;

/**
 * A request the proxy refuses itself, in DynamoDB's own terms. Has no stack trace: it is the caller's fault, and a flood
 * of bad requests must stay cheap.
 */
public final class ApiException extends RuntimeException {

    private static final String DYNAMODB = "com.amazonaws.dynamodb.v20120810#";
    private static final String CORAL = "com.amazon.coral.service#";
    private static final String CORAL_VALIDATE = "com.amazon.coral.validate#";

    private final int status;
    private final String type;
    private final String text;

    /**
     * @param status HTTP status
     * @param type the whole {@code __type}, namespace included
     * @param message what {@code message} says; the empty string leaves the member out
     */
    public ApiException(int status, String type, String message) {
        super(message, null, false, false);
        this.status = status;
        this.type = Objects.requireNonNull(type, "type");
        this.text = Objects.requireNonNull(message, "message");
    }

    /** {@code com.amazon.coral.validate#ValidationException}, HTTP 400. */
    public static ApiException validation(String message) {
        return new ApiException(400, CORAL_VALIDATE + "ValidationException", message);
    }

    /** An error of the service framework ({@code com.amazon.coral.service#}), HTTP 400. */
    public static ApiException framework(String name, String message) {
        return new ApiException(400, CORAL + name, message);
    }

    /** An error of DynamoDB itself ({@code com.amazonaws.dynamodb.v20120810#}), HTTP 400. */
    public static ApiException dynamoDb(String name, String message) {
        return new ApiException(400, DYNAMODB + name, message);
    }

    /** {@code com.amazonaws.dynamodb.v20120810#InternalServerError}, HTTP 500: SDKs try again. */
    public static ApiException internalServerError(String message) {
        return new ApiException(500, DYNAMODB + "InternalServerError", message);
    }

    /** HTTP status of the refusal. */
    public int status() {
        return status;
    }

    /** The whole {@code __type}. */
    public String type() {
        return type;
    }

    /** What {@code message} says; may be empty. */
    public String text() {
        return text;
    }
}
