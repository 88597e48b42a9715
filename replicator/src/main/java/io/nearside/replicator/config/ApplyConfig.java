package io.nearside.replicator.config;

import io.nearside.config.Setting;

/** Writing the peers' changes. */
public record ApplyConfig(
        @Setting(
                value = "Most changes of one peer that are written at a time; fewer while a table throttles.",
                byDefault = "64",
                min = "1",
                max = "1000",
                unit = "writes")
        int concurrency) {}
