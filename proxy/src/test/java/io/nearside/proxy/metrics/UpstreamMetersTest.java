package io.nearside.proxy.metrics;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nearside.proxy.operation.Operation;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class UpstreamMetersTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final UpstreamMeters meters = new UpstreamMeters(new ProxyMetrics(registry));

    @ParameterizedTest
    @CsvSource({
        "200, '{}', ok",
        "400, '{\"__type\":\"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException\"}', throttled",
        "400, '{\"__type\":\"com.amazon.coral.availability#ThrottlingException\"}', throttled",
        "400, '{\"__type\":\"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException\"}', client_error",
        "400, 'not JSON', client_error",
        "503, '', server_error",
    })
    void answer_counted_underWhatItMeans(int status, String body, String result) {
        meters.attempted(Operation.GET_ITEM, new UpstreamAnswer(status, Buffer.buffer(body), null), null, 1);

        assertThat(registry.scrape())
                .contains("nearside_proxy_upstream_requests_seconds_count{operation=\"GetItem\",result=\"" + result
                        + "\"} 1");
    }
}
