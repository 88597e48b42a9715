package io.nearside.proxy.expression;

import io.nearside.item.AttributeValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class CanonicalWriterTest {
    private static final Map<String, AttributeValue> VALUES = Map.of(
            ":one", new AttributeValue.N("1"),
            ":uno", new AttributeValue.N("1.00"),
            ":two", new AttributeValue.N("2"),
            ":text", new AttributeValue.S("1"),
            ":set", new AttributeValue.NS(List.of("2", "1.0")),
            ":tes", new AttributeValue.NS(List.of("1", "2.0")));
    private static final Map<String, String> NAMES = Map.of("#a", "a", "#x", "a.b");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a = :one            | #a=:uno",
                "a = :one            | :uno = (a)",
                "a < :one            | :one > a",
                "a >= b              | b <= a",
                "a = :set            | a = :tes",
                "a=:one AND b=:two   | b = :two and a = :one",
                "a=:one AND (b=:two AND c=:two) | (a=:one AND b=:two) AND c=:two",
                "a=:one OR b=:two OR c=:two     | c=:two OR b=:two OR a=:one",
                "a=:one OR a=:uno    | a=:one",
                "NOT NOT a=:one      | a=:one",
                "a IN (:one,:two)    | a IN (:two,:uno,:one)",
                "a.b[1] <> :one      | #a . b [1] <> :uno",
                "contains(a,:one) OR size(a) > :two | :two < size(#a) OR contains(a, :uno)",
            })
    void condition_sameMeaning_sameBytes(String one, String other) {
        assertThat(canonical(one)).isEqualTo(canonical(other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a = :one            | a = :text",
                "a = :one            | a = :two",
                "a = :one            | a <> :one",
                "a < :one            | a > :one",
                "a < :one            | a <= :one",
                "a = :one            | NOT a = :one",
                "a=:one AND b=:two   | a=:one OR b=:two",
                "a=:one AND b=:two   | a=:two AND b=:one",
                "a=:one OR (b=:two AND c=:two) | (a=:one OR b=:two) AND c=:two",
                "a.b = :one          | #x = :one",
                "a[1] = :one         | a.b = :one",
                "contains(a, b)      | contains(b, a)",
                "a BETWEEN b AND c   | a BETWEEN c AND b",
                "a IN (:one)         | a = :one",
                "size(a) = :one      | a = :one",
                "attribute_exists(a) | attribute_not_exists(a)",
            })
    void condition_otherMeaning_otherBytes(String one, String other) {
        assertThat(canonical(one)).isNotEqualTo(canonical(other));
    }

    @Test
    void projection_orderOfPaths_doesNotMatter() {
        assertThat(projection("a.b, c[1]")).isEqualTo(projection("c[1],#a.b"));
        assertThat(projection("a.b, c[1]")).isNotEqualTo(projection("a.b, c[2]"));
        assertThat(projection("a.b")).isNotEqualTo(projection("#x"));
    }

    @Test
    void value_nested_isCanonicalThroughout() {
        AttributeValue one = new AttributeValue.M(Map.of(
                "x", new AttributeValue.L(List.of(new AttributeValue.N("1.0"), new AttributeValue.Null())),
                "y", new AttributeValue.Bool(true)));
        Map<String, AttributeValue> entries = new HashMap<>();
        entries.put("y", new AttributeValue.Bool(true));
        entries.put("x", new AttributeValue.L(List.of(new AttributeValue.N("1"), new AttributeValue.Null())));

        assertThat(new CanonicalWriter().value(one).toBytes())
                .isEqualTo(new CanonicalWriter()
                        .value(new AttributeValue.M(entries))
                        .toBytes());
    }

    private static byte[] canonical(String text) {
        Condition condition = new ExpressionParser(Placeholders.of(NAMES, VALUES))
                .condition(ExpressionKind.FILTER, text.getBytes(UTF_8));
        return new CanonicalWriter().condition(condition).toBytes();
    }

    private static byte[] projection(String text) {
        Projection projection = new ExpressionParser(Placeholders.of(NAMES, VALUES)).projection(text.getBytes(UTF_8));
        return new CanonicalWriter().projection(projection).toBytes();
    }
}
