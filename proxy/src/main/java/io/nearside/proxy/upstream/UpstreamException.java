package io.nearside.proxy.upstream;

import java.util.Objects;

/** A call to DynamoDB that brought no HTTP answer. */
public final class UpstreamException extends RuntimeException {

    /** Whether the request can have had an effect. */
    public enum Landing {
        /** No byte of the request left: it certainly had no effect. */
        NOT_SENT,
        /** Bytes may have arrived: it may have had its effect, or may still have it. */
        UNKNOWN
    }

    private final Landing landing;

    public UpstreamException(Landing landing, String message, Throwable cause) {
        super(message, cause);
        this.landing = Objects.requireNonNull(landing, "landing");
    }

    /** Whether the request can have had an effect. */
    public Landing landing() {
        return landing;
    }
}
