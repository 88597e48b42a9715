package io.nearside.proxy.metrics;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nearside.proxy.Snapshot;
import io.nearside.proxy.operation.CacheOutcome;
import io.nearside.proxy.operation.Operation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MetricCatalogueTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ProxyMetrics metrics = new ProxyMetrics(registry);

    @ParameterizedTest
    @EnumSource(Metric.class)
    void metric_inAScrape_hasItsNameAndDescription(Metric metric) {
        String[] tags = metric.tags().stream().map(tag -> "x").toArray(String[]::new);
        switch (metric.kind()) {
            case COUNTER -> metrics.counter(metric, tags).increment();
            case GAUGE -> metrics.gauge(metric, this, any -> 1, tags);
            case TIMER -> metrics.timer(metric, tags);
            case SUMMARY -> metrics.summary(metric, tags).record(1);
        }

        String scrape = registry.scrape();

        assertThat(scrape).contains("# HELP " + scraped(metric) + " " + metric.description());
        assertThat(metric.meterName()).startsWith("nearside_proxy_").matches("[a-z_]+");
        metric.tags().forEach(tag -> assertThat(scrape).contains(tag + "=\"x\""));
    }

    @Test
    void catalogue_inTheReadme_isTheOneInTheCode() {
        String table = Arrays.stream(Metric.values())
                .map(metric -> "| `" + scraped(metric) + "` | "
                        + metric.kind().name().toLowerCase(Locale.ROOT) + " | "
                        + metric.tags().stream().map(tag -> "`" + tag + "`").collect(Collectors.joining(", ")) + " | "
                        + metric.description() + " |\n")
                .collect(Collectors.joining("", "| Metric | Kind | Tags | Meaning |\n|---|---|---|---|\n", ""));

        Snapshot.between(Path.of("METRICS.md"), "<!-- metrics -->\n", "<!-- /metrics -->")
                .isEqualTo(table);
    }

    @Test
    void meter_ofAnotherKindOrWithOtherTags_isRefused() {
        assertThatThrownBy(() -> metrics.timer(Metric.ERRORS, "GetItem", "400"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> metrics.counter(Metric.ERRORS, "GetItem"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[operation, status]");
    }

    @Test
    void answers_recorded_areCountedByOperationAndOutcome() {
        RequestMeters meters = new RequestMeters(metrics);

        meters.answered(Operation.GET_ITEM, CacheOutcome.HIT, 200, 1_000_000);
        meters.answered(Operation.GET_ITEM, CacheOutcome.HIT, 200, 1_000_000);
        meters.answered(Operation.PUT_ITEM, CacheOutcome.BYPASS, 400, 1_000_000);

        assertThat(registry.scrape())
                .contains("nearside_proxy_requests_seconds_count{operation=\"GetItem\",outcome=\"hit\"} 2")
                .contains("nearside_proxy_requests_seconds_count{operation=\"PutItem\",outcome=\"bypass\"} 1")
                .contains("nearside_proxy_errors_total{operation=\"PutItem\",status=\"400\"} 1.0");
    }

    @Test
    void tags_ofRequests_stayWithinTheirEnums() {
        RequestMeters meters = new RequestMeters(metrics);
        for (Operation operation : Operation.values()) {
            for (CacheOutcome outcome : CacheOutcome.values()) {
                meters.answered(operation, outcome, 200, 1);
            }
        }

        assertThat(registry.find(Metric.REQUESTS.meterName()).timers())
                .hasSize(Operation.values().length * CacheOutcome.values().length);
    }

    private static String scraped(Metric metric) {
        return switch (metric.kind()) {
            case COUNTER -> metric.meterName() + "_total";
            case TIMER -> metric.meterName() + "_seconds";
            case GAUGE, SUMMARY -> metric.meterName();
        };
    }
}
