package io.nearside.replicator.config;

import io.nearside.config.Setting;
import java.time.Duration;

/** Reading the region's own changes. */
public record CaptureConfig(
        @Setting(
                value =
                        "Longest pause before a shard without new records is read again, and twice the rest of one that has a few; AWS allows five reads per second and shard.",
                byDefault = "200ms",
                min = "5ms",
                max = "10s")
        Duration pollInterval,

        @Setting(
                value =
                        "Longest pause before a shard is read again that has had no records for ten seconds: the pauses double up to it; never shorter than the poll interval.",
                byDefault = "1s",
                min = "5ms",
                max = "1m")
        Duration idlePollInterval,

        @Setting(
                value =
                        "How often DynamoDB is asked for tables, and Kafka for the peers' topics; up to ten seconds apart while no table comes, goes or changes.",
                byDefault = "1s",
                min = "100ms",
                max = "10m")
        Duration discoveryInterval,

        @Setting(
                value =
                        "Whether writes are given versions and published as changes for other regions. `false` is for a region that no other takes"
                                + " anything from: caches are told of direct writes, and that is all. Where it becomes `true`, everything in"
                                + " the tables is published once.",
                byDefault = "true")
        boolean changes) {}
