package io.nearside.proxy.upstream;

import io.nearside.proxy.operation.ApiRequest;
import io.nearside.proxy.operation.CacheControl;
import io.nearside.proxy.operation.Operation;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * DynamoDB, as the proxy calls it. Called on an event loop; never blocks.
 *
 * <p>Every HTTP answer, errors included, is an {@link UpstreamAnswer}; the future fails only with
 * {@link UpstreamException}, which says whether the request may have arrived. A request that may change something is
 * never sent again once its first byte may have gone out.
 */
@FunctionalInterface
public interface Upstream {

    /** Sends the body's bytes as they are, to the operation that {@code request.target()} names. */
    Future<UpstreamAnswer> send(ApiRequest request);

    /** Sends a body of the proxy's own making to a known operation. */
    default Future<UpstreamAnswer> send(Operation operation, Buffer body) {
        return send(new ApiRequest(operation, body, CacheControl.ANY));
    }
}
