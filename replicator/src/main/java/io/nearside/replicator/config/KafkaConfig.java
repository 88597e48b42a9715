package io.nearside.replicator.config;

import io.nearside.config.Setting;
import java.util.Map;

/** A Kafka cluster. */
public record KafkaConfig(
        @Setting("Brokers to ask first, `host:port` with commas between them.")
        String bootstrapServers,

        @Setting(
                value =
                        "Further properties of Kafka's own clients, such as `security.protocol` and `sasl.jaas.config`.",
                byDefault = "{}")
        Map<String, String> properties) {

    public KafkaConfig {
        properties = Map.copyOf(properties);
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("bootstrap-servers: must name at least one host:port");
        }
    }
}
