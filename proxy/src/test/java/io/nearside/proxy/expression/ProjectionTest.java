package io.nearside.proxy.expression;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ProjectionTest {
    private static final String ITEM = """
            {"p":{"S":"k"},"a":{"M":{"b":{"L":[{"S":"0"},{"S":"1"},{"M":{"c":{"N":"2"},"d":{"S":"x"}}}]}}},"n":{"N":"1"}}""";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "p                | {\"p\":{\"S\":\"k\"}}",
                "n, p             | {\"p\":{\"S\":\"k\"},\"n\":{\"N\":\"1\"}}",
                "a.b[1]           | {\"a\":{\"M\":{\"b\":{\"L\":[{\"S\":\"1\"}]}}}}",
                "a.b[2].c,a.b[0]  | {\"a\":{\"M\":{\"b\":{\"L\":[{\"S\":\"0\"},{\"M\":{\"c\":{\"N\":\"2\"}}}]}}}}",
                "zz               | {}",
                "a.zz             | {}",
                "a.b[7]           | {}",
                "n.x, n2[0]       | {}",
                "a[0]             | {}",
                "a.b.c            | {}",
            })
    void apply_paths_followDynamoDb(String text, String expected) {
        assertThat(project(text, ITEM)).isEqualTo(expected);
    }

    @Test
    void apply_partOfALargerBuffer_readsAndWritesOnlyThere() {
        byte[] json = ("xx" + ITEM + "yy").getBytes(UTF_8);
        byte[] target = new byte[json.length];
        Arrays.fill(target, (byte) '.');

        int end = parse("n").apply(json, 2, json.length - 2, target, 3);

        assertThat(new String(target, UTF_8))
                .startsWith("...{\"n\":{\"N\":\"1\"}}")
                .endsWith(".....");
        assertThat(end).isEqualTo(3 + "{\"n\":{\"N\":\"1\"}}".length());
    }

    @Test
    void apply_escapedNames_areComparedByMeaning() {
        Projection projection = Projection.ofAttributes(List.of("a\"b", "é", "/"));

        byte[] json =
                "{\"a\\u0022b\":{\"N\":\"1\"},\"\\u00e9\":{\"N\":\"2\"},\"\\/\":{\"N\":\"3\"},\"x\":{\"N\":\"4\"}}"
                        .getBytes(UTF_8);

        assertThat(new String(projection.apply(json, 0, json.length), UTF_8))
                .isEqualTo("{\"a\\u0022b\":{\"N\":\"1\"},\"\\u00e9\":{\"N\":\"2\"},\"\\/\":{\"N\":\"3\"}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"p\"",
                "{\"p\":",
                "{\"p\":{\"S\":\"k\"}",
                "{\"n\":{\"M\":{\"x\":",
                "{\"p\":{\"S\":\"k\\"
            })
    void apply_cutItem_isNoticedWithinBounds(String json) {
        byte[] bytes = json.getBytes(UTF_8);

        assertThatThrownBy(() -> parse("n.x").apply(bytes, 0, bytes.length)).isInstanceOf(MalformedItemException.class);
    }

    @Test
    void ofAttributes_legacyNames_areNotPaths() {
        byte[] json = "{\"a.b\":{\"N\":\"1\"},\"a\":{\"M\":{\"b\":{\"N\":\"2\"}}}}".getBytes(UTF_8);

        byte[] projected = Projection.ofAttributes(List.of("a.b")).apply(json, 0, json.length);

        assertThat(new String(projected, UTF_8)).isEqualTo("{\"a.b\":{\"N\":\"1\"}}");
    }

    @Test
    void ofAttributes_nameTwice_isRefused() {
        assertThatThrownBy(() -> Projection.ofAttributes(List.of("a", "a")))
                .isInstanceOf(InvalidExpressionException.class)
                .hasMessageContaining("Duplicate value in attribute name: a");
    }

    private static String project(String text, String item) {
        byte[] json = item.getBytes(UTF_8);
        return new String(parse(text).apply(json, 0, json.length), UTF_8);
    }

    private static Projection parse(String text) {
        return new ExpressionParser(Placeholders.none()).projection(text.getBytes(UTF_8));
    }
}
