package io.nearside.proxy.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What of a caller's headers goes to DynamoDB with its request: how the body is encoded, what its traces are called, who
 * it is, and what a browser asks for. Credentials and the like never do.
 */
final class CallerHeaders {

    private static final CharSequence USER_AGENT = HttpHeaders.USER_AGENT;
    private static final CharSequence[] FORWARDED = {
        HttpHeaders.createOptimized("X-Amzn-Trace-Id"),
        HttpHeaders.createOptimized("baggage"),
        HttpHeaders.CONTENT_ENCODING,
        HttpHeaders.ORIGIN,
        HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD,
        HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS
    };

    private static final String PRODUCT = "Nearside/" + version();

    private CallerHeaders() {}

    /** Adds them to the headers of a call to DynamoDB; {@code caller} is null for a call of the proxy's own. */
    static void addTo(MultiMap headers, @Nullable MultiMap caller) {
        String agent = caller == null ? null : caller.get(USER_AGENT);
        headers.set(USER_AGENT, agent == null ? PRODUCT : agent + " " + PRODUCT);
        if (caller == null) {
            return;
        }
        for (CharSequence name : FORWARDED) {
            String value = caller.get(name);
            if (value != null) {
                headers.set(name, value);
            }
        }
    }

    private static String version() {
        String version = CallerHeaders.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
