package io.nearside.replicator.config;

import io.nearside.config.Setting;
import java.time.Duration;

/** Reading the region's own changes. */
public record CaptureConfig(
        @Setting(
                value =
                        "Longest pause before an idle shard is read again, and twice the rest of one that has a few new records; AWS allows five reads per second and shard.",
                byDefault = "200ms",
                min = "5ms",
                max = "10s")
        Duration pollInterval,

        @Setting(
                value = "How often DynamoDB is asked for tables, and Kafka for the peers' topics.",
                byDefault = "1s",
                min = "100ms",
                max = "10m")
        Duration discoveryInterval) {}
