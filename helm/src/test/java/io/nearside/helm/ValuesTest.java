package io.nearside.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ValuesTest {

    private static final Path VALUES = Path.of("nearside/values.yaml");
    private static final Path SCHEMA = Path.of("nearside/values.schema.json");

    @Test
    void values_each_areDescribed() throws IOException {
        assertThat(new ValuesTable(VALUES).undescribed()).isEmpty();
    }

    @Test
    void readme_tableOfValues_isWhatValuesYamlSays() throws IOException {
        String table = new ValuesTable(VALUES).toMarkdown();
        GeneratedSection section = new GeneratedSection(Path.of("README.md"), "values");
        if (GeneratedSection.updating()) {
            section.write(table);
        }

        assertThat(section.read())
                .as("helm/README.md is behind values.yaml; write it with: ./mvnw -pl helm test -Dupdate-docs")
                .isEqualTo(table);
    }

    @Test
    void schema_closedObjects_nameExactlyTheValues() throws IOException {
        JsonNode schema = new ObjectMapper().readTree(SCHEMA.toFile());
        JsonNode values = new YAMLMapper().readTree(VALUES.toFile());

        assertSameNames("", schema, schema, values);
    }

    private static void assertSameNames(String path, JsonNode root, JsonNode schema, JsonNode values) {
        JsonNode type =
                schema.has("$ref") ? root.at(schema.path("$ref").asText().substring(1)) : schema;
        if (!type.has("properties") || !values.isObject()) {
            return;
        }
        Set<String> known = names(type.path("properties"));
        // Helm itself hands `global` to every chart.
        known.remove("global");
        assertThat(known).as("names under %s", path).isEqualTo(names(values));
        type.path("properties")
                .properties()
                .forEach(entry -> assertSameNames(
                        path + "/" + entry.getKey(), root, entry.getValue(), values.path(entry.getKey())));
    }

    private static Set<String> names(JsonNode node) {
        Set<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
