package io.nearside.proxy.config;

import io.nearside.config.AllowedHosts;
import io.nearside.config.DataSize;
import io.nearside.config.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The data port, where applications connect. */
public record ListenConfig(
        @Setting(
                value = "Address to listen on. Anything but loopback needs `auth.mode: sigv4`.",
                byDefault = "127.0.0.1")
        String host,

        @Setting(
                value =
                        "Host names, besides loopback names and literal addresses, under which web pages may reach this port"
                                + " while `auth.mode` is `none`: the guard against DNS rebinding. Callers that are no browsers may use any.",
                byDefault = "[]")
        List<String> hosts,

        @Setting(value = "TCP port; 0 takes any free one.", byDefault = "8000", min = "0", max = "65535")
        int port,

        @Setting("TLS on this port; without this section it speaks plain HTTP.")
        Optional<TlsConfig> tls,

        @Setting(
                value = "Most connections held; a further one is closed at once.",
                byDefault = "4096",
                min = "1",
                max = "1000000",
                unit = "connections")
        int maxConnections,

        @Setting(
                value =
                        "Most connections held by one address that is not loopback. Behind a load balancer that hides its callers'"
                                + " addresses, as many as it may open.",
                byDefault = "2048",
                min = "1",
                max = "1000000",
                unit = "connections")
        int maxConnectionsPerAddress,

        @Setting(
                value = "Longest request body. DynamoDB takes 16 MiB.",
                byDefault = "16MiB",
                min = "1KiB",
                max = "256MiB")
        DataSize maxBody,

        @Setting(
                value = "Most memory that request bodies beyond 64 KiB take together; one for which there is no room is"
                        + " answered `ServiceUnavailable` (HTTP 503).",
                byDefault = "128MiB",
                min = "1MiB",
                max = "64GiB")
        DataSize maxBodyMemory,

        @Setting(
                value = "A connection on which nothing moves for this long is closed, and so is one on which a"
                        + " single body takes longer to arrive. Longer than two calls to DynamoDB may take:"
                        + " 2 x (`upstream.connect-timeout` + `upstream.request-timeout`).",
                byDefault = "75s",
                min = "1s",
                max = "1h")
        Duration idleTimeout,

        @Setting(
                value = "Event loops, each with its own thread; 0 takes one per processor.",
                byDefault = "0",
                min = "0",
                max = "256",
                unit = "threads")
        int eventLoops,

        @Setting(
                value =
                        "How long requests under way may take to finish when the proxy is told to stop. For up to a quarter"
                                + " of it, and a second, the port still listens, and every answer says `Connection: close`.",
                byDefault = "10s",
                min = "0ms",
                max = "5m")
        Duration drain) {

    public ListenConfig {
        hosts = List.copyOf(hosts);
        try {
            new AllowedHosts(hosts);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("hosts: " + e.getMessage(), e);
        }
    }
}
