package io.nearside.replicator.config;

import io.nearside.config.Setting;
import java.util.Optional;

/** Another region that has the same tables. */
public record PeerConfig(
        @Setting("The peer's AWS region.") String region,

        @Setting(value = "The peer's number in versions, as in its own configuration.", min = "0", max = "65535")
        int regionId,

        @Setting("The Kafka to which the peer writes its changes, or a copy of it; by default this region's own.")
        Optional<KafkaConfig> kafka) {

    public PeerConfig {
        ReplicatorConfig.requireRegion("region", region);
    }
}
