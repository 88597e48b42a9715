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

    /**
     * Refuses what can be refused before the body is there; what passes may still be refused with it.
     *
     * @throws io.nearside.proxy.operation.ApiException as {@link #authenticate} does
     */
    default void checkHead(RequestHead head) {}
}
