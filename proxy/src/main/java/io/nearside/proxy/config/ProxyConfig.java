package io.nearside.proxy.config;

import io.nearside.config.AwsRegion;
import io.nearside.config.ServiceConfig;
import io.nearside.config.Setting;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The whole configuration of one proxy. */
@ServiceConfig("proxy")
public record ProxyConfig(
        @Setting("The AWS region that the proxy serves, such as `us-east-1`.")
        String region,

        @Setting("A name for this proxy, unique in the region; by default made from the host's name.")
        Optional<String> nodeId,

        @Setting("The data port, where applications connect.")
        ListenConfig listen,

        @Setting("The admin port: metrics, health, console.")
        AdminConfig admin,

        @Setting("Who may use the data port.") AuthConfig auth,
        @Setting("DynamoDB itself.") UpstreamConfig upstream,
        @Setting("What is kept in memory.") CacheConfig cache,

        @Setting(
                value = "Tables that are cached otherwise than `cache` says. The first entry that names a table counts;"
                        + " what it leaves out is as under `cache`.",
                byDefault = "[]")
        List<TableConfig> tables,

        @Setting("How the cache hears of writes, and what it does while it cannot.")
        CoherenceConfig coherence,

        @Setting("What the proxy must know of replicated tables.")
        ReplicationConfig replication,

        @Setting("A line per request in the log.") AccessLogConfig accessLog,
        @Setting("Spans by OpenTelemetry.") TracingConfig tracing) {

    public ProxyConfig {
        tables = List.copyOf(tables);
        if (!region.matches("[a-z0-9-]{1,64}")) {
            throw new IllegalArgumentException("region: must be lower-case letters, digits and dashes");
        }
        if (upstream.endpoint().isEmpty()) {
            AwsRegion.require(region, "upstream.endpoint");
        }
        Duration longestCall =
                upstream.connectTimeout().plus(upstream.requestTimeout()).multipliedBy(2);
        if (listen.idleTimeout().compareTo(longestCall) <= 0) {
            throw new IllegalArgumentException(
                    "listen.idle-timeout: " + listen.idleTimeout().toMillis()
                            + "ms would cut callers off whose answer is still awaited; it must be longer than a call to"
                            + " DynamoDB may take that is made twice, 2 x (upstream.connect-timeout +"
                            + " upstream.request-timeout) = " + longestCall.toMillis() + "ms");
        }
        if (auth.mode() == AuthConfig.AuthMode.NONE && !auth.allowUnauthenticated() && !isLoopback(listen.host())) {
            throw new IllegalArgumentException("listen.host is reachable by others while auth.mode is none; listen on"
                    + " 127.0.0.1, write auth.mode: sigv4, or, behind a guard of your own, auth.allow-unauthenticated:"
                    + " true");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
