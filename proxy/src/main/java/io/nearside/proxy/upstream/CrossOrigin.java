package io.nearside.proxy.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What DynamoDB tells browsers: the {@code Access-Control-*} headers of its answers, by the {@code Origin} of the request
 * (of a preflight, by what it asks for as well). They are learned from DynamoDB's answers and put on every answer to the same
 * origin, hits and refusals of the proxy's own included. Bounded; safe for use from any thread.
 */
public final class CrossOrigin {

    private static final Duration KEPT = Duration.ofHours(1);
    private static final int MOST = 1000;
    private static final int LONGEST = 1024;
    private static final String PREFIX = "access-control-";

    private final Cache<String, List<Map.Entry<String, String>>> known;

    /** @param ticker elapsed time */
    public CrossOrigin(Ticker ticker) {
        this.known = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(KEPT)
                .ticker(ticker)
                .build();
    }

    /** Whether a browser asks before it sends a request; such questions carry no signature. */
    public static boolean isPreflight(MultiMap request) {
        return request.contains(HttpHeaders.ORIGIN) && request.contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    }

    /** Whether a request is either not a browser's or from an origin that DynamoDB has been asked about. */
    public boolean knows(MultiMap request) {
        String key = key(request);
        return key == null || known.getIfPresent(key) != null;
    }

    /** Notes what DynamoDB answered a request. */
    void learn(MultiMap request, MultiMap answer) {
        String key = key(request);
        if (key == null || key.length() > LONGEST) {
            return;
        }
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        answer.forEach((name, value) -> {
            if (name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
                headers.add(Map.entry(name, value));
            }
        });
        known.put(key, List.copyOf(headers));
    }

    /** Adds to an answer's headers what DynamoDB said last to such a request, if it is a browser's. */
    public void addTo(MultiMap answer, MultiMap request) {
        String key = key(request);
        List<Map.Entry<String, String>> headers = key == null ? null : known.getIfPresent(key);
        if (headers != null) {
            headers.forEach(header -> answer.add(header.getKey(), header.getValue()));
        }
    }

    private static @Nullable String key(MultiMap request) {
        String origin = request.get(HttpHeaders.ORIGIN);
        return origin == null || !isPreflight(request)
                ? origin
                : origin + "\n" + request.get(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) + "\n"
                        + request.get(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
    }
}
