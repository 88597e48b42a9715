package io.nearside.proxy.upstream;

import java.time.Duration;

/**
 * Bounds of the calls to DynamoDB.
 *
 * @param connections most connections per endpoint, at least 1
 * @param waitingRequests most requests that wait for a connection, at least 0
 * @param connectTimeout longest wait for a connection, whether a free or a new one
 * @param requestTimeout longest silence of DynamoDB after a request was sent
 * @param eventLoops among how many event loops connections and waiting requests are divided, at least 1
 */
public record UpstreamLimits(
        int connections, int waitingRequests, Duration connectTimeout, Duration requestTimeout, int eventLoops) {

    public UpstreamLimits {
        if (connections < 1) {
            throw new IllegalArgumentException("connections: " + connections + " is less than 1");
        }
        if (waitingRequests < 0) {
            throw new IllegalArgumentException("waitingRequests: " + waitingRequests + " is negative");
        }
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new IllegalArgumentException("connectTimeout: " + connectTimeout + " is not positive");
        }
        if (requestTimeout.isNegative() || requestTimeout.isZero()) {
            throw new IllegalArgumentException("requestTimeout: " + requestTimeout + " is not positive");
        }
        if (eventLoops < 1) {
            throw new IllegalArgumentException("eventLoops: " + eventLoops + " is less than 1");
        }
    }

    /** One event loop's share of the connections, rounded up. */
    int connectionsPerLoop() {
        return share(connections);
    }

    /** One event loop's share of the waiting requests, rounded up. */
    int waitingRequestsPerLoop() {
        return share(waitingRequests);
    }

    private int share(int whole) {
        return (whole + eventLoops - 1) / eventLoops;
    }
}
