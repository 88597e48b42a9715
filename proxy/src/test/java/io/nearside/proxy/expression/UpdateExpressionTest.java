package io.nearside.proxy.expression;

import io.nearside.item.AttributeValue;
import io.nearside.proxy.expression.UpdateExpression.Section;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class UpdateExpressionTest {
    private static final Map<String, AttributeValue> VALUES = Map.of(":n", new AttributeValue.N("1"));
    private static final Map<String, String> NAMES = Map.of("#a", "alpha");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SET a = :n            | SET a = :n, #v = :v",
                "set a=(b + :n) ADD c :n | set a=(b + :n), #v = :v ADD c :n",
                "REMOVE b SET a = if_not_exists(a, :n) | REMOVE b SET a = if_not_exists(a, :n), #v = :v",
                "REMOVE b              | REMOVE b SET #v = :v",
                "ADD set1 :n           | ADD set1 :n SET #v = :v",
            })
    void withSet_anySections_addsOneClause(String text, String longer) {
        byte[] result = parse(text).withSet("#v", ":v").orElseThrow();

        assertThat(new String(result, UTF_8)).isEqualTo(longer);
    }

    @Test
    void withSet_noRoomLeft_isEmpty() {
        String full = "SET a = :n" + " ".repeat(ExpressionParser.MAX_BYTES - 15);

        assertThat(parse(full).withSet("#version", ":version")).isEmpty();
        assertThat(parse(full.strip()).withSet("#version", ":version")).isPresent();
    }

    @Test
    void attributes_readAndWritten_areTopLevelNames() {
        UpdateExpression update =
                parse("SET #a.x[1] = b.c + :n, d = list_append(if_not_exists(e, f), g) REMOVE h[0] ADD i :n");

        assertThat(update.attributes()).containsExactly("alpha", "b", "d", "e", "f", "g", "h", "i");
        assertThat(update.actions())
                .extracting(UpdateExpression.Action::section)
                .containsExactly(Section.SET, Section.SET, Section.REMOVE, Section.ADD);
    }

    private static UpdateExpression parse(String text) {
        return new ExpressionParser(Placeholders.of(NAMES, VALUES)).update(text.getBytes(UTF_8));
    }
}
