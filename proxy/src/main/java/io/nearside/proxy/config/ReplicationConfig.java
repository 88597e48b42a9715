package io.nearside.proxy.config;

import io.nearside.config.Setting;

/** What the proxy must know of replicated tables. */
public record ReplicationConfig(
        @Setting(
                value = "The attribute in which replicated items carry their version; it never shows in an answer.",
                byDefault = "nearside:v")
        String versionAttribute,

        @Setting(value = "Who writes the version of a local write: `capture`, the replicator.", byDefault = "capture")
        Stamping stamping) {

    /** Who stamps. */
    public enum Stamping {
        /** The replicator, from the stream. */
        CAPTURE
    }
}
