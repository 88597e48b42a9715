package io.nearside.replicator.metrics;

import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nearside.replicator.Snapshot;
import io.nearside.replicator.capture.CaptureMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class MetricCatalogueTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ReplicatorMetrics metrics = new ReplicatorMetrics(registry);

    static List<Metric> catalogue() {
        return Stream.concat(ReplicatorMetrics.CATALOGUE.stream(), CaptureMetrics.CATALOGUE.stream())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("catalogue")
    void metric_inAScrape_hasItsNameHelpAndTags(Metric metric) {
        String[] tags = metric.tags().stream().map(tag -> "x").toArray(String[]::new);
        switch (metric.type()) {
            case COUNTER -> metrics.count(metric, tags);
            case HISTOGRAM -> metrics.record(metric, Duration.ofMillis(5), tags);
            case GAUGE ->
                metrics.rows(metric).register(List.of(MultiGauge.Row.of(ReplicatorMetrics.tags(metric, tags), 1)));
        }

        String scrape = registry.scrape();

        assertThat(scrape).contains("# HELP " + metric.name() + " " + metric.help());
        metric.tags().forEach(tag -> assertThat(scrape).contains(tag + "=\"x\""));
    }

    @Test
    void tags_wrongNumber_areRefused() {
        assertThatThrownBy(() -> metrics.count(ReplicatorMetrics.APPLIED, "peer"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[peer, table]");
    }

    @Test
    void catalogue_inTheDocument_isTheOneInTheCode() {
        String table = catalogue().stream()
                .map(metric -> "| `" + metric.name() + "` | "
                        + metric.type().name().toLowerCase(Locale.ROOT) + " | "
                        + metric.tags().stream().map(tag -> "`" + tag + "`").collect(Collectors.joining(", ")) + " | "
                        + metric.help() + " |\n")
                .collect(Collectors.joining("", "| Metric | Kind | Tags | Meaning |\n|---|---|---|---|\n", ""));

        Snapshot.between(Path.of("METRICS.md"), "<!-- metrics -->\n", "<!-- /metrics -->")
                .isEqualTo(table);
    }
}
