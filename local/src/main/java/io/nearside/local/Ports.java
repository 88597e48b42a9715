package io.nearside.local;

import java.util.ArrayList;
import java.util.List;

/**
 * Which port everything listens on, all on 127.0.0.1. Region i of base B: proxy {@code B+10i}, DynamoDB Local {@code B+1+10i},
 * the proxy's admin port {@code B+2+10i}, the replicator's {@code B+3+10i}; Kafka {@code B+1192}.
 */
final class Ports {
    private static final int MAX_BASE = 65535 - 1192;
    private static final int FREE = -1;

    private final int base;

    private Ports(int base) {
        this.base = base;
    }

    /** @throws StartException if the ports above {@code base} do not exist */
    static Ports from(int base) {
        if (base < 1 || base > MAX_BASE) {
            throw StartException.wrongUsage(
                    "--port-base " + base + " is not possible: it must be between 1 and " + MAX_BASE);
        }
        return new Ports(base);
    }

    /** Port 0 for everything, so that each picks a free one. */
    static Ports free() {
        return new Ports(FREE);
    }

    int proxy(int region) {
        return at(10 * region);
    }

    int dynamoDb(int region) {
        return at(1 + 10 * region);
    }

    int proxyAdmin(int region) {
        return at(2 + 10 * region);
    }

    int replicatorAdmin(int region) {
        return at(3 + 10 * region);
    }

    int kafka() {
        return at(1192);
    }

    /** All of them for so many regions; empty if they are free ones. */
    List<Integer> all(int regions) {
        if (base == FREE) {
            return List.of();
        }
        List<Integer> ports = new ArrayList<>();
        for (int region = 0; region < regions; region++) {
            ports.addAll(List.of(proxy(region), dynamoDb(region), proxyAdmin(region), replicatorAdmin(region)));
        }
        ports.add(kafka());
        return ports;
    }

    private int at(int offset) {
        return base == FREE ? 0 : base + offset;
    }
}
