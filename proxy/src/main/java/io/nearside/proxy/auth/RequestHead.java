package io.nearside.proxy.auth;

import io.vertx.core.MultiMap;

/**
 * What a signature covers besides the body.
 *
 * @param method HTTP method in capitals
 * @param uri request target as sent, path and query
 * @param headers all headers, names in any case
 */
public record RequestHead(String method, String uri, MultiMap headers) {}
