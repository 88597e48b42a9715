package io.nearside.proxy.upstream;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * Hands requests that cannot be meant for any operation to DynamoDB, so that it refuses them in its own words. Should
 * DynamoDB carry one out all the same, nobody here knows what it did: see {@code CachingOperations.heard}.
 */
public interface Relay {

    /** Sends a request as the caller made it, with the caller's headers and no signature of ours. */
    Future<UpstreamAnswer> relay(HttpMethod method, String uri, MultiMap headers, @Nullable Buffer body);

    /** What DynamoDB says to browsers. */
    CrossOrigin crossOrigin();

    /** Sends a signed request for a target that names neither of DynamoDB's services; empty for no target at all. */
    Future<UpstreamAnswer> relaySigned(String target, Buffer body);
}
