package io.nearside.proxy.json;

/**
 * Bytes that this proxy does not fully understand. Never the caller's fault as far as we know: what is not understood is
 * left to DynamoDB to answer, and nothing of it is served from memory. Has no stack trace, because bad requests must stay
 * cheap.
 */
public sealed class NotUnderstoodException extends Exception permits TooDeepException {

    private static final long serialVersionUID = 1;

    /** @param reason what was met, in a few fixed words; never the caller's data */
    public NotUnderstoodException(String reason) {
        super(reason, null, false, false);
    }
}
