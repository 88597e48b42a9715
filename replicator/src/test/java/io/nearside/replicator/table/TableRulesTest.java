package io.nearside.replicator.table;

import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class TableRulesTest {

    private static final KeySchema SCHEMA = new KeySchema(new KeyAttribute("id", KeyType.S), null);

    private static TableRule rule(String pattern, Set<String> regions, Map<String, String> names) {
        return new TableRule(pattern, regions, names, TableFilter.ALL, true, 0, 0, false);
    }

    private static TableRules rules(TableRule... rules) {
        return new TableRules("here", List.of(rules), () -> 0);
    }

    @Test
    void rule_severalFit_theFirstCounts() {
        TableRules rules = rules(rule("orders-eu", Set.of("there"), Map.of()), TableRule.usual("orders-*"));

        assertThat(rules.test("orders-us")).isTrue();
        assertThat(rules.test("orders-eu")).isFalse();
        assertThat(rules.test("customers")).isFalse();
        assertThat(rules.test("nearside-tombstones")).isFalse();
    }

    @Test
    void here_regionThatDoesNotReplicateTheTable_isNothing() {
        TableRules rules = rules(rule("orders", Set.of("here", "b"), Map.of()));

        assertThat(rules.here("b", "orders")).isEqualTo("orders");
        assertThat(rules.here("c", "orders")).isNull();
        assertThat(rules.here("b", "customers")).isNull();
    }

    @Test
    void here_tableWithAnotherNameThere_isTranslatedAndHidesItsNamesake() {
        TableRules rules = rules(rule("orders", Set.of(), Map.of("b", "orders-b")), TableRule.usual("*"));

        assertThat(rules.here("b", "orders-b")).isEqualTo("orders");
        assertThat(rules.here("b", "orders")).isNull();
        assertThat(rules.here("c", "orders")).isEqualTo("orders");
        assertThat(rules.here("c", "orders-b")).isEqualTo("orders-b");
        assertThat(rules.there("b", "orders")).isEqualTo("orders-b");
        assertThat(rules.there("c", "orders")).isEqualTo("orders");
    }

    @Test
    void budgets_areOfTheTable_andUnlimitedUnlessSet() {
        TableRules rules = rules(
                new TableRule("a*", Set.of(), Map.of(), TableFilter.ALL, true, 10, 20, false), TableRule.usual("*"));
        rules.readBudget("a1").charge(30);
        rules.writeBudget("b").charge(1e9);

        assertThat(rules.readBudget("a1").nanosUntilFree()).isEqualTo(2_000_000_000);
        assertThat(rules.readBudget("a2").nanosUntilFree()).isZero();
        assertThat(rules.writeBudget("a1").nanosUntilFree()).isZero();
        assertThat(rules.writeBudget("b").nanosUntilFree()).isZero();
    }

    @Test
    void filter_byKey_needsAStringThatBeginsSo() {
        TableFilter filter = new TableFilter("eu#", null, null);

        assertThat(filter.accepts(SCHEMA, item("id", new AttributeValue.S("eu#1"))))
                .isTrue();
        assertThat(filter.accepts(SCHEMA, item("id", new AttributeValue.S("us#eu#"))))
                .isFalse();
        assertThat(filter.accepts(SCHEMA, item("id", new AttributeValue.N("1"))))
                .isFalse();
    }

    @Test
    void filter_byAttribute_comparesByType() {
        assertThat(accepts(null, new AttributeValue.Null())).isTrue();
        assertThat(new TableFilter(null, "a", null).acceptsImage(Item.EMPTY)).isFalse();
        assertThat(accepts("eu", new AttributeValue.S("eu"))).isTrue();
        assertThat(accepts("eu", new AttributeValue.S("EU"))).isFalse();
        assertThat(accepts("1", new AttributeValue.N("1.0"))).isTrue();
        assertThat(accepts("x", new AttributeValue.N("1"))).isFalse();
        assertThat(accepts("true", new AttributeValue.Bool(true))).isTrue();
        assertThat(accepts("true", new AttributeValue.Bool(false))).isFalse();
        assertThat(accepts("a", new AttributeValue.SS(List.of("a")))).isFalse();
    }

    private static boolean accepts(@org.jspecify.annotations.Nullable String value, AttributeValue held) {
        return new TableFilter(null, "a", value).acceptsImage(item("a", held));
    }

    private static Item item(String name, AttributeValue value) {
        return new Item(Map.of(name, value));
    }
}
