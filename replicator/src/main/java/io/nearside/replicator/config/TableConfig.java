package io.nearside.replicator.config;

import io.nearside.config.Setting;

/** Tables that are replicated. */
public record TableConfig(
        @Setting("A table's name, or a pattern: `*` stands for any characters, `?` for one.")
        String name) {

    public TableConfig {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name: must not be empty");
        }
    }
}
