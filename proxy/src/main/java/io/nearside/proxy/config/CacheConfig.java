package io.nearside.proxy.config;

import io.nearside.config.DataSize;
import io.nearside.config.Setting;
import java.time.Duration;

/** What is kept in memory. */
public record CacheConfig(
        @Setting(value = "Most memory for cached data, bookkeeping included.", byDefault = "256MiB", min = "0B")
        DataSize maxWeight,

        @Setting("The item cache.") ItemConfig item) {

    /** How long items are kept. */
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
            Duration negativeTtl) {}
}
