package io.nearside.proxy.operation;

import io.vertx.core.Future;

/** Answers requests. Called on an event loop, never blocks, and completes the future on the same event loop. */
@FunctionalInterface
public interface Operations {

    /**
     * Answers one request. A request that DynamoDB would refuse fails with {@link ApiException} or is answered with
     * DynamoDB's own refusal; any other failure becomes an {@code InternalServerError} (HTTP 500) at the edge.
     */
    Future<Answer> handle(ApiRequest request);
}
