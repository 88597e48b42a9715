package io.nearside.proxy.config;

import io.nearside.config.Setting;

/** The admin port: metrics, health, console. Never to be reachable by applications. */
public record AdminConfig(
        @Setting(value = "Address to listen on.", byDefault = "127.0.0.1")
        String host,

        @Setting(value = "TCP port; 0 takes any free one.", byDefault = "8002", min = "0", max = "65535")
        int port,

        @Setting(
                value = "Whether calls that change something (explicit invalidation) are accepted.",
                byDefault = "false")
        boolean actionsEnabled) {}
