package io.nearside.proxy.auth;

import io.nearside.proxy.operation.ApiException;
import io.nearside.proxy.operation.Effect;
import io.nearside.proxy.operation.Operation;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * An identified caller and its rights.
 *
 * @param name what refusals call the caller: the access key id
 * @param readOnly whether only reads, stream reads and describing calls are allowed
 * @param tables patterns of the tables that may be named; {@link TablePatterns#ALL} for any
 */
public record Caller(String name, boolean readOnly, TablePatterns tables) {

    /** Anybody, allowed everything: the caller of a proxy that authenticates nobody. */
    public static final Caller ANYONE = new Caller("anyone", false, TablePatterns.ALL);

    /**
     * Lets the request pass.
     *
     * @throws ApiException {@code AccessDeniedException} when the caller may not do this
     */
    public void authorize(Operation operation, Buffer body) {
        if (readOnly && !(operation.repeatable() && operation.effect() != Effect.WRITE)) {
            throw denied(operation);
        }
        if (!tables.all()) {
            authorizeTables(operation, body);
        }
    }

    private void authorizeTables(Operation operation, Buffer body) {
        List<String> named = NamedTables.in(body);
        // An operation that names no table (PartiQL, ListTables) cannot be judged, so it is not for restricted callers.
        if (named.isEmpty() || !named.stream().allMatch(tables::matches)) {
            throw denied(operation);
        }
    }

    private ApiException denied(Operation operation) {
        return ApiException.framework(
                "AccessDeniedException",
                "User: " + name + " is not authorized to perform: dynamodb:" + operation.label());
    }
}
