package io.nearside.proxy.http;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * How many connections each address holds, so that one cannot take all of them from the others. Loopback is not counted: it
 * is the same host's applications, however many. As large as the connections are many; safe for use from any thread.
 */
final class CallerAddresses {

    private final int most;
    private final ConcurrentMap<InetAddress, Integer> connections = new ConcurrentHashMap<>();

    /** @param most connections of one address */
    CallerAddresses(int most) {
        this.most = most;
    }

    /** Counts a connection; whether the address may have it. Either way {@link #disconnected} follows. */
    boolean connected(InetAddress address) {
        return address.isLoopbackAddress() || connections.merge(address, 1, Integer::sum) <= most;
    }

    /** A connection of the address ended. */
    void disconnected(InetAddress address) {
        connections.computeIfPresent(address, (caller, held) -> held == 1 ? null : held - 1);
    }

    /** Addresses that hold connections. */
    int size() {
        return connections.size();
    }
}
