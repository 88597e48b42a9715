package io.nearside.proxy.expression;

/** Bytes that were taken for an item of DynamoDB's and are not: the fault of whoever stored them, never the caller's. */
public final class MalformedItemException extends RuntimeException {
    MalformedItemException(int offset) {
        super("not an item in DynamoDB's JSON: unexpected at byte " + offset);
    }
}
