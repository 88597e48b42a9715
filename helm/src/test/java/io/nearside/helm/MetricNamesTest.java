package io.nearside.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class MetricNamesTest {

    private static final MetricNames NAMES = new MetricNames();

    private static Stream<Path> dashboards() {
        try (Stream<Path> files = Files.list(Path.of("nearside/dashboards"))) {
            return files.sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> consoles() {
        return Stream.of("proxy", "replicator")
                .map(service ->
                        Path.of("..", service, "src/main/resources/io/nearside", service, "admin/console.html"));
    }

    @Test
    void mistakes_inATextWithThem_areFound() {
        assertThat(NAMES.mistakes("rate(nearside_proxy_requests_seconds_count{outcome=\"hit\", color=~\"red\"}[5m])"))
                .containsExactly("nearside_proxy_requests_seconds_count has no tag color");
        assertThat(NAMES.mistakes("nearside_proxy_request_total"))
                .containsExactly("no metric is called nearside_proxy_request_total");
    }

    @Test
    void rules_everyMetric_isInTheCatalogues() throws IOException {
        assertThat(NAMES.mistakes(Files.readString(Path.of("nearside/rules/nearside.yaml"))))
                .isEmpty();
    }

    @Test
    void unitTestsOfRules_everySeries_isInTheCatalogues() throws IOException {
        for (String file : List.of("proxy.yaml", "days.yaml", "replicator.yaml")) {
            assertThat(NAMES.mistakes(Files.readString(Path.of("src/test/promtool", file))))
                    .isEmpty();
        }
    }

    @Test
    void readme_everyMetric_isInTheCatalogues() throws IOException {
        assertThat(NAMES.mistakes(Files.readString(Path.of("README.md")), "nearside_proxy_requests_per_second"))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void dashboard_everyQuery_usesMetricsOfTheCatalogues(Path file) throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(file.toFile());

        List<String> queries = dashboard.findValuesAsText("expr");
        assertThat(queries).isNotEmpty();
        for (String query : queries) {
            assertThat(NAMES.mistakes(query)).as(query).isEmpty();
        }
        for (String definition : dashboard.findValuesAsText("definition")) {
            assertThat(NAMES.mistakes(definition)).as(definition).isEmpty();
        }
    }

    /** A panel without data looks broken, and often is only a system in which nothing goes wrong. */
    @ParameterizedTest
    @MethodSource("dashboards")
    void dashboard_everyPanel_saysWhatItMeansWhenItIsEmpty(Path file) throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(file.toFile());

        for (JsonNode panel : dashboard.path("panels")) {
            if (!panel.path("type").asText().equals("row")) {
                assertThat(panel.at("/fieldConfig/defaults/noValue").asText())
                        .as(panel.path("title").asText())
                        .isNotBlank();
            }
        }
    }

    @Test
    void dashboards_together_haveUniqueIdentifiersAndNoFixedDataSource() throws IOException {
        Set<String> identifiers = new HashSet<>();
        for (Path file : dashboards().toList()) {
            JsonNode dashboard = new ObjectMapper().readTree(file.toFile());
            assertThat(identifiers.add(dashboard.path("uid").asText())).isTrue();
            dashboard
                    .path("panels")
                    .findValues("datasource")
                    .forEach(source -> assertThat(source.path("uid").asText()).isEqualTo("${datasource}"));
        }
        assertThat(identifiers).hasSize(3);
    }

    @ParameterizedTest
    @MethodSource("consoles")
    void console_everyMetric_isInTheCatalogues(Path page) throws IOException {
        assertThat(NAMES.mistakes(Files.readString(page))).isEmpty();
    }
}
