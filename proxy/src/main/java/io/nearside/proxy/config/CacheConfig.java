package io.nearside.proxy.config;

import io.nearside.config.DataSize;
import io.nearside.config.Setting;
import java.time.Duration;

/** What is kept in memory, of tables that {@link TableConfig} does not say otherwise about. */
public record CacheConfig(
        @Setting(value = "Whether anything is kept. What is not kept goes to DynamoDB as it comes.", byDefault = "true")
        boolean enabled,

        @Setting(value = "Most memory for cached data, bookkeeping included.", byDefault = "256MiB", min = "0B")
        DataSize maxWeight,

        @Setting("The item cache.") ItemConfig item,
        @Setting("The cache of pages of queries.") QueryConfig query,

        @Setting(
                value = "Whether pages of scans are kept. Any write to the table drops them, so this is for tables that"
                        + " are seldom written.",
                byDefault = "false")
        boolean scans,

        @Setting(
                value =
                        "An item or page that is read so long before its time is over is renewed in the background; 0 for"
                                + " never.",
                byDefault = "0ms",
                min = "0ms",
                max = "1h")
        Duration refreshAhead,

        @Setting(
                value =
                        "For so long after its time is over, an item or page is still served, marked `stale`, while it is"
                                + " renewed in the background; 0 for never.",
                byDefault = "0ms",
                min = "0ms",
                max = "1h")
        Duration staleWhileRevalidate,

        @Setting(
                value =
                        "For so long after its time is over, an item or page is still served, marked `stale`, when DynamoDB"
                                + " throttles, fails or cannot be reached; 0 for never.",
                byDefault = "0ms",
                min = "0ms",
                max = "1d")
        Duration staleIfError,

        @Setting(
                value = "US dollars for a million read request units, by which the metrics tell what memory saved. The"
                        + " default is the on-demand price of the Standard table class in us-east-1, as published since"
                        + " 1 November 2024.",
                byDefault = "0.125",
                min = "0.0")
        double pricePerMillionReadUnits) {

    /** How long items are kept, and which. */
    public record ItemConfig(
            @Setting(
                    value = "Longest time for which an item is served from memory.",
                    byDefault = "5m",
                    min = "0ms",
                    max = "30d")
            Duration ttl,

            @Setting(
                    value = "Longest time for which the absence of an item is served from memory.",
                    byDefault = "5s",
                    min = "0ms",
                    max = "1d")
            Duration negativeTtl,

            @Setting(
                    value = "Items that take more memory than this, key and bookkeeping included, are not kept.",
                    byDefault = "1MiB",
                    min = "0B")
            DataSize maxWeight) {}

    /** How long pages are kept. */
    public record QueryConfig(
            @Setting(
                    value = "Longest time for which a page of a Query or Scan is served from memory.",
                    byDefault = "5m",
                    min = "0ms",
                    max = "30d")
            Duration ttl) {}
}
