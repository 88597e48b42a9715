package io.nearside.proxy.json;

/** A document that nests deeper than anything DynamoDB takes. */
public final class TooDeepException extends NotUnderstoodException {

    private static final long serialVersionUID = 1;

    TooDeepException() {
        super("nested too deeply");
    }
}
