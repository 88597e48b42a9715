package io.nearside.proxy.config;

import io.nearside.config.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** DynamoDB itself. */
public record UpstreamConfig(
        @Setting("Where DynamoDB and DynamoDB Streams are; by default the region's own endpoints.")
        Optional<URI> endpoint,

        @Setting(
                value = "Most connections to DynamoDB, divided evenly among the event loops.",
                byDefault = "128",
                min = "1",
                max = "10000",
                unit = "connections")
        int connections,

        @Setting(
                value = "Most requests that wait for a connection, divided likewise; further ones are answered"
                        + " `ServiceUnavailable` (HTTP 503) at once.",
                byDefault = "4096",
                min = "0",
                max = "1000000",
                unit = "requests")
        int waitingRequests,

        @Setting(
                value = "Longest wait for a connection, a free one or a new one.",
                byDefault = "2s",
                min = "1ms",
                max = "1m")
        Duration connectTimeout,

        @Setting(
                value = "Longest silence of DynamoDB after a request was sent.",
                byDefault = "10s",
                min = "1ms",
                max = "5m")
        Duration requestTimeout,

        @Setting("What calls to DynamoDB are signed with.") CredentialsConfig credentials) {

    public UpstreamConfig {
        if (endpoint.isPresent() && !endpoint.get().getScheme().matches("https?")) {
            throw new IllegalArgumentException("endpoint: must start with http:// or https://");
        }
    }
}
