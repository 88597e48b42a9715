package io.nearside.proxy.config;

import io.nearside.config.DataSize;
import io.nearside.config.Setting;
import java.time.Duration;
import java.util.Optional;

/** The data port, where applications connect. */
public record ListenConfig(
        @Setting(
                value = "Address to listen on. Anything but loopback needs `auth.mode: sigv4`.",
                byDefault = "127.0.0.1")
        String host,

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
        Duration drain) {}
