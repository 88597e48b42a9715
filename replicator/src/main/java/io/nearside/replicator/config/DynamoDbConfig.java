package io.nearside.replicator.config;

import io.nearside.config.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The region's DynamoDB. */
public record DynamoDbConfig(
        @Setting("Where DynamoDB and DynamoDB Streams are; by default the region's own endpoints.")
        Optional<URI> endpoint,

        @Setting(
                value = "Most connections to DynamoDB.",
                byDefault = "128",
                min = "4",
                max = "10000",
                unit = "connections")
        int connections,

        @Setting(
                value = "Longest wait for one answer, its retries included.",
                byDefault = "10s",
                min = "100ms",
                max = "5m")
        Duration requestTimeout,

        @Setting("What calls to DynamoDB are signed with.") CredentialsConfig credentials) {

    public DynamoDbConfig {
        if (endpoint.isPresent() && !String.valueOf(endpoint.get().getScheme()).matches("https?")) {
            throw new IllegalArgumentException("endpoint: must start with http:// or https://");
        }
    }
}
