package io.nearside.proxy.expression;

import io.nearside.item.AttributeValue;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PlaceholdersTest {
    private static final AttributeValue ONE = new AttributeValue.N("1");

    @Test
    void of_emptyOrMalformed_isRefusedInDynamoDbsWords() {
        assertThatThrownBy(() -> Placeholders.of(Map.of(), null))
                .hasMessage("ExpressionAttributeNames must not be empty");
        assertThatThrownBy(() -> Placeholders.of(null, Map.of()))
                .hasMessage("ExpressionAttributeValues must not be empty");
        assertThatThrownBy(() -> Placeholders.of(Map.of("#a-b", "x"), null))
                .hasMessage("ExpressionAttributeNames contains invalid key: Syntax error; key: \"#a-b\"");
        assertThatThrownBy(() -> Placeholders.of(null, Map.of("n", ONE)))
                .hasMessage("ExpressionAttributeValues contains invalid key: Syntax error; key: \"n\"");
        assertThatThrownBy(() -> Placeholders.of(Map.of("#a", ""), null))
                .hasMessage("ExpressionAttributeNames contains invalid value: Empty attribute name for key #a");
    }

    @Test
    void checkAllUsed_acrossExpressions_namesTheUnused() {
        Placeholders placeholders = Placeholders.of(Map.of("#a", "x", "#b", "y"), Map.of(":n", ONE, ":m", ONE));
        ExpressionParser parser = new ExpressionParser(placeholders);

        parser.projection("#a".getBytes(UTF_8));
        assertThatThrownBy(placeholders::checkAllUsed)
                .hasMessage("Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}");
        parser.condition(ExpressionKind.FILTER, "#b = :n".getBytes(UTF_8));
        assertThatThrownBy(placeholders::checkAllUsed)
                .hasMessage("Value provided in ExpressionAttributeValues unused in expressions: keys: {:m}");
        parser.condition(ExpressionKind.KEY_CONDITION, "p = :m".getBytes(UTF_8));
        assertThatCode(placeholders::checkAllUsed).doesNotThrowAnyException();
    }

    @Test
    void condition_nestedBeyondAnyLimit_isRefusedWithoutDeepRecursion() {
        ExpressionParser parser = new ExpressionParser(Placeholders.none());

        assertThatThrownBy(() ->
                        parser.condition(ExpressionKind.FILTER, "(".repeat(4000).getBytes(UTF_8)))
                .isInstanceOf(InvalidExpressionException.class);
        assertThatThrownBy(() -> parser.condition(
                        ExpressionKind.FILTER, "size(".repeat(800).getBytes(UTF_8)))
                .isInstanceOf(InvalidExpressionException.class);
        assertThatThrownBy(() -> parser.condition(
                        ExpressionKind.FILTER, "not ".repeat(1000).getBytes(UTF_8)))
                .isInstanceOf(InvalidExpressionException.class);
        assertThatThrownBy(() -> parser.update("SET a=".concat("(".repeat(4000)).getBytes(UTF_8)))
                .isInstanceOf(InvalidExpressionException.class);
    }
}
