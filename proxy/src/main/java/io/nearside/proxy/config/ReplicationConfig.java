package io.nearside.proxy.config;

import io.nearside.config.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the proxy must know of replicated tables. */
public record ReplicationConfig(
        @Setting(
                value = "The attribute in which replicated items carry their version; it never shows in an answer.",
                byDefault = "nearside:v")
        String versionAttribute,

        @Setting(
                value =
                        "Who writes the version of a local write: `capture`, the replicator, from the stream, with a second"
                                + " write; or `inline`, this proxy in the same write, where that is simple, and the"
                                + " replicator elsewhere.",
                byDefault = "capture")
        Stamping stamping,

        @Setting(
                value =
                        "Patterns of the tables that are replicated; `*` stands for any characters. Only with `inline`.",
                byDefault = "[]")
        List<String> tables,

        @Setting(
                value =
                        "The number of this region in versions, the same as in the replicator's `region-id`. Required with"
                                + " `inline`.",
                min = "0",
                max = "65535")
        Optional<Integer> regionId,

        @Setting(
                value =
                        "How far ahead of this proxy's clock a version may be and still be believed. Only with `inline`.",
                byDefault = "60s",
                min = "1s",
                max = "1h")
        Duration maxDrift,

        @Setting(
                value =
                        "Patterns of the tables that are Nearside's own, such as the replicator's `tombstones.table`; `*` stands"
                                + " for any characters. Lists leave them out, and requests that would create, change, delete or"
                                + " write them are refused. `[]` reserves none.",
                byDefault = "[\"nearside-*\"]")
        List<String> reservedTables) {

    public ReplicationConfig {
        tables = List.copyOf(tables);
        reservedTables = List.copyOf(reservedTables);
        boolean inline = stamping == Stamping.INLINE;
        if (inline && regionId.isEmpty()) {
            throw new IllegalArgumentException(
                    "region-id: is required with stamping: inline; take the replicator's region-id");
        }
        if (inline && tables.isEmpty()) {
            throw new IllegalArgumentException("tables: name the replicated tables, which stamping: inline is about");
        }
    }

    /** Who stamps. */
    public enum Stamping {
        /** The replicator, from the stream. */
        CAPTURE,
        /** The proxy, in the same write. */
        INLINE
    }
}
