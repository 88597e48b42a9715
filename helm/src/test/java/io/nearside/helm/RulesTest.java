package io.nearside.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RulesTest {

    private static final Path RULES = Path.of("nearside/rules/nearside.yaml");
    private static final Path UNIT_TESTS = Path.of("src/test/promtool");

    @Test
    void rules_checkedByPromtool_areValid() throws Exception {
        Promtool.Verdict verdict = Promtool.orSkip().run("check", "rules", RULES.toString());

        assertThat(verdict.exitCode()).as(verdict.output()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.yaml", "days.yaml", "replicator.yaml"})
    void alerts_onRecordedSeries_fireWhenTheyShould(String file) throws Exception {
        Promtool.Verdict verdict =
                Promtool.orSkip().run("test", "rules", UNIT_TESTS.resolve(file).toString());

        assertThat(verdict.exitCode()).as(verdict.output()).isZero();
    }

    @Test
    void alerts_each_haveAUnitTestThatSeesThemFire() throws IOException {
        Set<String> fired = new TreeSet<>();
        for (String file : List.of("proxy.yaml", "days.yaml", "replicator.yaml")) {
            JsonNode tests =
                    new YAMLMapper().readTree(UNIT_TESTS.resolve(file).toFile()).path("tests");
            tests.findParents("exp_alerts")
                    .forEach(test -> fired.add(test.path("alertname").asText()));
        }

        assertThat(fired)
                .containsExactlyInAnyOrderElementsOf(
                        alerts().map(RulesTest::name).toList());
    }

    @Test
    void alerts_each_haveARunbookSectionThatTheirLinkLeadsTo() throws IOException {
        String readme = Files.readString(Path.of("README.md"));

        assertThat(alerts()).allSatisfy(alert -> {
            assertThat(readme).contains("\n### " + name(alert) + "\n");
            assertThat(alert.at("/annotations/runbook_url").asText())
                    .isEqualTo("helm/README.md#" + name(alert).toLowerCase(Locale.ROOT));
            assertThat(alert.at("/annotations/summary").asText()).isNotEmpty();
            assertThat(alert.at("/labels/severity").asText()).isIn("page", "ticket");
        });
    }

    @Test
    void prometheusRule_ofTheChart_isTheSameFileWithFullLinks() throws IOException {
        PrometheusRule rendered = Chart.parse(Chart.NEARSIDE.render(
                        Map.of("metrics.rules.runbookBase", "https://docs.example.com/"),
                        Path.of("examples/network-proxy.yaml")))
                .stream()
                .filter(PrometheusRule.class::isInstance)
                .map(PrometheusRule.class::cast)
                .findFirst()
                .orElseThrow();

        List<Rule> rules = rendered.getSpec().getGroups().stream()
                .flatMap(group -> group.getRules().stream())
                .toList();
        assertThat(rules)
                .extracting(Rule::getAlert)
                .containsExactlyElementsOf(alerts().map(RulesTest::name).toList());
        assertThat(rules)
                .allSatisfy(rule -> assertThat(rule.getAnnotations().get("runbook_url"))
                        .startsWith("https://docs.example.com/helm/README.md#"));
    }

    private static Stream<JsonNode> alerts() throws IOException {
        JsonNode groups = new YAMLMapper().readTree(RULES.toFile()).path("groups");
        return StreamSupport.stream(groups.spliterator(), false)
                .flatMap(group -> StreamSupport.stream(group.path("rules").spliterator(), false));
    }

    private static String name(JsonNode alert) {
        return alert.path("alert").asText();
    }
}
