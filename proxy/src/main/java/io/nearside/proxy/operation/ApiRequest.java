package io.nearside.proxy.operation;

import io.vertx.core.buffer.Buffer;

/**
 * One authenticated and authorized request.
 *
 * @param operation what is asked
 * @param target the caller's {@code X-Amz-Target}, equal to {@code operation.target()} unless the operation is
 *     {@link Operation#UNRECOGNIZED}
 * @param body the caller's own bytes; nobody writes to them
 * @param cacheControl what the caller said about cached answers
 */
public record ApiRequest(Operation operation, String target, Buffer body, CacheControl cacheControl) {

    public ApiRequest {
        if (operation != Operation.UNRECOGNIZED && !target.equals(operation.target())) {
            throw new IllegalArgumentException("target: " + target + " does not name " + operation);
        }
    }

    /** A request for a known operation. */
    public ApiRequest(Operation operation, Buffer body, CacheControl cacheControl) {
        this(operation, operation.target(), body, cacheControl);
    }

    /** The same request with another body. */
    public ApiRequest withBody(Buffer other) {
        return new ApiRequest(operation, target, other, cacheControl);
    }
}
