package io.nearside.proxy.config;

import io.nearside.config.Setting;
import java.net.URI;
import java.util.Optional;

/** Spans by OpenTelemetry. */
public record TracingConfig(
        @Setting(
                "Where spans are sent: the URL of an OTLP/HTTP receiver, such as `http://127.0.0.1:4318/v1/traces`. Without"
                        + " it no spans are made, and a caller's trace context is passed on to DynamoDB as it came.")
        Optional<URI> endpoint,

        @Setting(
                value = "Share of the requests without a trace context of their own that are traced; the decision in a"
                        + " caller's trace context wins.",
                byDefault = "0.1",
                min = "0",
                max = "1")
        double sampleRatio) {

    public TracingConfig {
        if (endpoint.isPresent() && !endpoint.get().getScheme().matches("https?")) {
            throw new IllegalArgumentException("endpoint: must start with http:// or https://");
        }
    }
}
