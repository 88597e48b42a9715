package io.nearside.replicator.config;

import io.nearside.config.Setting;
import io.nearside.replicator.table.TablePatterns;
import java.time.Duration;

/** The memory of deleted items. */
public record TombstonesConfig(
        @Setting(
                value = "The table, created if it is missing; its name begins with `nearside-`.",
                byDefault = "nearside-tombstones")
        String table,

        @Setting(
                value = "How long a deletion is remembered: at least `change-retention` and 25 hours.",
                byDefault = "10d",
                max = "3650d")
        Duration ttl) {

    public TombstonesConfig {
        if (!table.startsWith(TablePatterns.INTERNAL_PREFIX)) {
            throw new IllegalArgumentException(
                    "table: must begin with " + TablePatterns.INTERNAL_PREFIX + ", or it would be replicated itself");
        }
    }
}
