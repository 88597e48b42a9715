package io.nearside.proxy.operation;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * One authenticated and authorized request.
 *
 * @param operation what is asked
 * @param target the caller's {@code X-Amz-Target}, equal to {@code operation.target()} unless the operation is
 *     {@link Operation#UNRECOGNIZED}
 * @param body the caller's own bytes; nobody writes to them
 * @param cacheControl what the caller said about cached answers
 * @param headers the caller's, some of which go to DynamoDB; null for a request of the proxy's own
 */
public record ApiRequest(
        Operation operation,
        String target,
        Buffer body,
        CacheControl cacheControl,
        @Nullable MultiMap headers) {

    public ApiRequest {
        if (operation != Operation.UNRECOGNIZED && !target.equals(operation.target())) {
            throw new IllegalArgumentException("target: " + target + " does not name " + operation);
        }
    }

    /** A request for a known operation. */
    public ApiRequest(Operation operation, Buffer body, CacheControl cacheControl) {
        this(operation, operation.target(), body, cacheControl, null);
    }

    /**
     * Whether the body is compressed or otherwise encoded, so that what it says is known to DynamoDB only. What some
     * SDKs call {@code amz-1.0} is plain JSON.
     */
    public boolean isEncoded() {
        return headers != null && isEncoded(headers);
    }

    /** Whether the body that comes with these headers is encoded. */
    public static boolean isEncoded(MultiMap headers) {
        String encoding = headers.get(HttpHeaders.CONTENT_ENCODING);
        return encoding != null
                && !encoding.isBlank()
                && !encoding.strip().equalsIgnoreCase("identity")
                && !encoding.strip().equalsIgnoreCase("amz-1.0");
    }

    /** The same request with another body. */
    public ApiRequest withBody(Buffer other) {
        return new ApiRequest(operation, target, other, cacheControl, headers);
    }
}
