package io.nearside.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.nearside.change.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The commands and links of the chart's README, and the commands of its notes, lead to things that exist. */
class ReadmeTest {

    private static final Path EXAMPLE = Path.of("examples/test-cluster.yaml");
    private static final Pattern OBJECT = Pattern.compile("\\b(service|deployment)/(demo-[a-z0-9-]+)");
    private static final Pattern FILE = Pattern.compile("\\b(helm/(?:examples|image)/[\\w./-]+\\w)");
    private static final Pattern SET = Pattern.compile("--set ([A-Za-z0-9.]+)=");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]*)(#[^)]*)?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    private static String readme = "";

    @BeforeAll
    static void read() throws IOException {
        readme = Files.readString(Path.of("README.md"));
    }

    @Test
    void firstInstall_everyObjectOfACommand_isRendered() {
        assertThat(objectsIn(readme)).isNotEmpty().isSubsetOf(rendered(EXAMPLE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"test-cluster", "network-proxy", "replicators-only", "two-regions-us-east-1"})
    void notes_everyObjectOfACommand_isRendered(String example) {
        Path values = Path.of("examples", example + ".yaml");

        String notes = Chart.NEARSIDE.notes(values);

        assertThat(notes).contains("helm test demo --namespace apps");
        assertThat(objectsIn(notes)).isNotEmpty().isSubsetOf(rendered(values));
    }

    private static Set<String> objectsIn(String text) {
        return OBJECT.matcher(text)
                .results()
                .map(match -> match.group(1) + "/" + match.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> rendered(Path values) {
        return Chart.parse(Chart.NEARSIDE.render(values)).stream()
                .map(object -> object.getKind().toLowerCase(Locale.ROOT) + "/"
                        + object.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    @Test
    void commands_everyFile_exists() {
        assertThat(FILE.matcher(readme).results().map(match -> Path.of("..", match.group(1))))
                .isNotEmpty()
                .allSatisfy(file -> assertThat(file).exists());
    }

    @Test
    void commands_everyValueSet_isAValueOfTheChart() throws IOException {
        JsonNode values =
                new YAMLMapper().readTree(Path.of("nearside/values.yaml").toFile());

        assertThat(SET.matcher(readme).results().map(match -> match.group(1)))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(exists(values, name)).as(name).isTrue());
    }

    /** Maps that are empty by default take any name. */
    private static boolean exists(JsonNode values, String name) {
        JsonNode node = values;
        for (String part : name.split("\\.", -1)) {
            if (node.isObject() && node.isEmpty()) {
                return true;
            }
            node = node.path(part);
        }
        return !node.isMissingNode();
    }

    @Test
    void topics_ofTheServices_areAllListed() {
        String region = "<region>";

        assertThat(readme)
                .contains(Stream.of(
                                Topics.changes(region, "<table>"),
                                Topics.invalidations(region),
                                Topics.control(region),
                                Topics.checkpoints(region),
                                Topics.tables(region),
                                Topics.PARKED,
                                Topics.CONFLICTS)
                        .map("\n| `%s` |"::formatted)
                        .toList());
    }

    @Test
    void images_ofTheBuild_areThoseTheChartRuns() throws IOException {
        JsonNode values =
                new YAMLMapper().readTree(Path.of("nearside/values.yaml").toFile());
        JsonNode chart =
                new YAMLMapper().readTree(Path.of("nearside/Chart.yaml").toFile());
        String build = Files.readString(Path.of("pom.xml"));

        assertThat(build)
                .contains("<nearside.image.tag>" + chart.path("appVersion").asText() + "<");
        for (String service : new String[] {"proxy", "replicator"}) {
            String repository = values.at("/image/" + service + "Repository").asText();
            assertThat(repository).isEqualTo("nearside/" + service);
            assertThat(build)
                    .contains("${nearside.image.repository}/" + service + ":${nearside.image.tag}")
                    .contains("<nearside.image.base>" + base(Path.of("image", service + ".Dockerfile")) + "<");
        }
    }

    private static String base(Path dockerfile) throws IOException {
        return Files.readAllLines(dockerfile).stream()
                .filter(line -> line.startsWith("ARG BASE="))
                .findFirst()
                .orElseThrow()
                .substring("ARG BASE=".length());
    }

    @Test
    void links_each_leadSomewhere() {
        Set<String> anchors = HEADING.matcher(readme)
                .results()
                .map(match -> "#"
                        + match.group(1)
                                .toLowerCase(Locale.ROOT)
                                .replaceAll("[^a-z0-9 -]", "")
                                .replace(' ', '-'))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(LINK.matcher(readme).results().toList()).isNotEmpty().allSatisfy(link -> {
            if (link.group(1).isEmpty()) {
                assertThat(anchors).contains(link.group(2));
            } else {
                assertThat(Path.of(link.group(1))).exists();
            }
        });
    }
}
