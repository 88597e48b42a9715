package io.nearside.replicator.config;

import io.nearside.config.Setting;

/** The streams of the tables. */
public record StreamsConfig(
        @Setting(
                value =
                        "Whether to switch on the streams of tables that have none, with old and new images. Otherwise such"
                                + " a table is reported and waits.",
                byDefault = "false")
        boolean enable) {}
