package io.nearside.replicator.config;

import io.nearside.config.AllowedHosts;
import io.nearside.config.Setting;
import java.util.List;
import java.util.Optional;

/** The admin port: metrics, health, status. Never to be reachable by applications. */
public record AdminConfig(
        @Setting(value = "Address to listen on.", byDefault = "127.0.0.1")
        String host,

        @Setting(value = "TCP port; 0 takes any free one.", byDefault = "8003", min = "0", max = "65535")
        int port,

        @Setting(
                value =
                        "Names under which the port answers, beside loopback names and literal addresses; a request with another"
                                + " `Host` is refused, so that no web page can reach the port under a name of its own.",
                byDefault = "[]")
        List<String> hosts,

        @Setting(
                value =
                        "Whether actions are accepted: what changes something (pause, resume, repair), reads whole tables (verify)"
                                + " or shows keys and items (history, conflicts, parked).",
                byDefault = "false")
        boolean actionsEnabled,

        @Setting(
                value =
                        "TCP port of `/health/live` and `/health/ready` alone, without reasons, for probes where the admin port is"
                                + " out of their reach; 0 takes any free one. Without it there is none.",
                min = "0",
                max = "65535")
        Optional<Integer> healthPort,

        @Setting(value = "Address that the health port listens on.", byDefault = "0.0.0.0")
        String healthHost) {

    public AdminConfig {
        hosts = List.copyOf(hosts);
        try {
            new AllowedHosts(hosts);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("hosts: " + e.getMessage(), e);
        }
    }
}
