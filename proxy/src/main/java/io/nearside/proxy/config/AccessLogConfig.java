package io.nearside.proxy.config;

import io.nearside.config.Setting;

/** A line per request in the log: operation, table, status, cache, time and bytes; never keys or contents. */
public record AccessLogConfig(
        @Setting(
                value = "One request in so many is logged, chosen at random: 1 logs every request, 0 none.",
                byDefault = "0",
                min = "0",
                max = "1000000000",
                unit = "requests")
        int oneIn) {}
