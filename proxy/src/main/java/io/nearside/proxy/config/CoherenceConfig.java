package io.nearside.proxy.config;

import io.nearside.config.Setting;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** How the cache hears of writes, and what it does while it cannot. */
public record CoherenceConfig(
        @Setting(
                value = "For this long after a write or an invalidation of a key, it is filled by consistent reads.",
                byDefault = "3s",
                min = "0ms",
                max = "5m")
        Duration recentWriteWindow,

        @Setting(
                value =
                        "For this long after the connection of a write broke, the write may still land; what it names is"
                                + " not cached meanwhile.",
                byDefault = "30s",
                min = "0ms",
                max = "5m")
        Duration uncertainWriteWindow,

        @Setting(
                value = "For this long after a write, pages of the global indexes it touches are not cached.",
                byDefault = "5s",
                min = "0ms",
                max = "5m")
        Duration indexSettleWindow,

        @Setting(
                value = "What to do while invalidations cannot be heard: `bypass` the cache, or serve for at most"
                        + " `fallback-ttl`.",
                byDefault = "bypass")
        Fallback fallback,

        @Setting(
                value = "Oldest answer served from memory while invalidations cannot be heard and `fallback` is"
                        + " `ttl`.",
                byDefault = "1s",
                min = "0ms",
                max = "1h")
        Duration fallbackTtl,

        @Setting(
                value =
                        "Whether the heartbeats of the region's replicators are followed: where there were some and there are none any"
                                + " more, writes around the proxies go untold, and `fallback` decides what is served. Set it to false in a region"
                                + " whose replicators are stopped for good.",
                byDefault = "true")
        boolean followChangeFeed,

        @Setting(
                "The region's Kafka, which carries invalidations. Without it, writes made elsewhere are seen by TTL only.")
        Optional<KafkaConfig> kafka) {

    /** What to do without invalidations. */
    public enum Fallback {
        /** Ask DynamoDB every time. */
        BYPASS,
        /** Serve from memory for a short time. */
        TTL
    }

    /** A Kafka cluster. */
    public record KafkaConfig(
            @Setting("Comma-separated `host:port` list of brokers.")
            String bootstrapServers,

            @Setting(
                    value = "Further properties of Kafka clients (security, tuning), as Kafka names them.",
                    byDefault = "{}")
            Map<String, String> properties) {

        public KafkaConfig {
            properties = Map.copyOf(properties);
        }
    }
}
