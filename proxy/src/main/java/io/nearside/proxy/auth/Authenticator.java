package io.nearside.proxy.auth;

import io.vertx.core.buffer.Buffer;

/** Finds out who sent a request. Safe for use from any thread; never blocks. */
@FunctionalInterface
public interface Authenticator {

    /**
     * Identifies the caller.
     *
     * @throws io.nearside.proxy.operation.ApiException in DynamoDB's words, when the caller cannot be identified
     */
    Caller authenticate(RequestHead head, Buffer body);
}
