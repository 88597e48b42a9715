package io.nearside.proxy.coherence;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the bus is.
 *
 * @param region the AWS region
 * @param source what this process signs its announcements with: unique per process, so that two nodes given one name by
 *     mistake still hear each other
 * @param bootstrapServers Kafka's brokers
 * @param properties further properties of Kafka clients
 * @param followsFeed whether the heartbeats of the region's replicators are followed
 */
public record BusSettings(
        String region, String source, String bootstrapServers, Map<String, String> properties, boolean followsFeed) {

    static final Duration REQUEST_LIMIT = Duration.ofSeconds(3);

    /** Follows the heartbeats. */
    public BusSettings(String region, String source, String bootstrapServers, Map<String, String> properties) {
        this(region, source, bootstrapServers, properties, true);
    }

    public BusSettings {
        properties = Map.copyOf(properties);
    }

    /** What both clients need. The operator's own properties win. */
    Map<String, Object> clientProperties(Map<String, Object> role) {
        Map<String, Object> all = new HashMap<>();
        all.put("bootstrap.servers", bootstrapServers);
        all.put("request.timeout.ms", (int) REQUEST_LIMIT.toMillis());
        all.put("reconnect.backoff.ms", 100);
        all.put("reconnect.backoff.max.ms", 1000);
        all.putAll(role);
        all.putAll(properties);
        return all;
    }
}
