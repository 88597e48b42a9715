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
    private final boolean overload;

    public UpstreamException(Landing landing, String message, Throwable cause) {
        this(landing, false, message, cause);
    }

    private UpstreamException(Landing landing, boolean overload, String message, Throwable cause) {
        super(message, cause);
        this.landing = Objects.requireNonNull(landing, "landing");
        this.overload = overload;
    }

    /** The proxy had no free connection for the request: nothing was sent, and DynamoDB has no part in it. */
    static UpstreamException overload(String message, Throwable cause) {
        return new UpstreamException(Landing.NOT_SENT, true, message, cause);
    }

    /** Whether the request can have had an effect. */
    public Landing landing() {
        return landing;
    }

    /** Whether the proxy's own connections were the bottleneck; sending again at once would add to the overload. */
    public boolean isOverload() {
        return overload;
    }
}
