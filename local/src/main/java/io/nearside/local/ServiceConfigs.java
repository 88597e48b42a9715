package io.nearside.local;

import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The configuration files of one local region's services, as a user would write them.
 *
 * @param region this region
 * @param dynamoDb where its DynamoDB answers
 * @param kafka bootstrap servers of the one Kafka of all regions
 * @param peers the other regions
 * @param changes whether changes are published for other regions
 */
record ServiceConfigs(Region region, URI dynamoDb, String kafka, List<Region> peers, boolean changes) {
    ServiceConfigs {
        peers = List.copyOf(peers);
    }

    /** Publishes changes, whether or not there is a region that takes them. */
    ServiceConfigs(Region region, URI dynamoDb, String kafka, List<Region> peers) {
        this(region, dynamoDb, kafka, peers, true);
    }

    /**
     * A region and the ports of its services.
     *
     * @param id carried by versions; 1 and up, different for each region
     */
    record Region(String name, int id, int proxyPort, int proxyAdminPort, int replicatorAdminPort) {}

    String proxy() {
        return """
                service: proxy
                region: %s
                listen:
                  host: 127.0.0.1
                  port: %d
                admin:
                  host: 127.0.0.1
                  port: %d
                  actions-enabled: true
                upstream:
                  endpoint: %s
                  credentials:
                    provider: static
                    access-key-id: nearside
                    secret-access-key: nearside
                coherence:
                  kafka:
                    bootstrap-servers: %s
                """.formatted(region.name(), region.proxyPort(), region.proxyAdminPort(), dynamoDb, kafka);
    }

    String replicator() {
        return """
                service: replicator
                region: %s
                region-id: %d
                dynamodb:
                  endpoint: %s
                  credentials:
                    provider: static
                    access-key-id: nearside
                    secret-access-key: nearside
                kafka:
                  bootstrap-servers: %s
                admin:
                  host: 127.0.0.1
                  port: %d
                  actions-enabled: true
                tables:
                  - name: "*"
                streams:
                  enable: true
                tables-create-missing: true
                tables-delete-removed: true
                capture:
                  poll-interval: 40ms
                  idle-poll-interval: 10s
                  discovery-interval: 250ms
                  changes: %b
                """.formatted(region.name(), region.id(), dynamoDb, kafka, region.replicatorAdminPort(), changes)
                + peerSection();
    }

    private String peerSection() {
        if (peers.isEmpty()) {
            return "";
        }
        return peers.stream().map(this::peer).collect(Collectors.joining("", "peers:\n", ""));
    }

    private String peer(Region peer) {
        return """
                  - region: %s
                    region-id: %d
                    kafka:
                      bootstrap-servers: %s
                """.formatted(peer.name(), peer.id(), kafka).indent(2);
    }
}
