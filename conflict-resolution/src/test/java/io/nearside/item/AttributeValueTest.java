package io.nearside.item;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AttributeValueTest {
    @Provide
    net.jqwik.api.Arbitrary<List<String>> stringSets() {
        return GeneratedItems.strings().list().uniqueElements().ofMinSize(1).ofMaxSize(8);
    }

    @Property
    void sets_anyOrder_areEqual(@ForAll("stringSets") List<String> values, @ForAll Random random) {
        List<String> shuffled = new ArrayList<>(values);
        Collections.shuffle(shuffled, random);

        assertThat(new AttributeValue.SS(shuffled)).isEqualTo(new AttributeValue.SS(values));
    }

    @Property
    void stringSet_sorted_isInOrderOfUtf8(@ForAll("stringSets") List<String> values) {
        List<Bytes> sorted = new AttributeValue.SS(values)
                .values().stream()
                        .map(value -> Bytes.wrap(value.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                        .toList();

        assertThat(sorted).isSorted();
    }

    @Example
    void numberSet_ofSpellings_isCanonicalAndSortedByValue() {
        assertThat(new AttributeValue.NS(List.of("10", "-2.50", "1E0", "9")).values())
                .containsExactly("-2.5", "1", "9", "10");
        assertThat(new AttributeValue.NS(List.of("1", "2"))).isEqualTo(new AttributeValue.NS(List.of("2.0", "1.0")));
    }

    @Example
    void values_thatDynamoDbRefuses_areRefused() {
        assertThatThrownBy(() -> new AttributeValue.NS(List.of("1", "1.0")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AttributeValue.SS(List.of("a", "a"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AttributeValue.SS(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AttributeValue.BS(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AttributeValue.N("x")).isInstanceOf(InvalidNumberException.class);
        assertThatThrownBy(() -> new AttributeValue.S("\ud800")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AttributeValue.S("\udc00\ud800")).isInstanceOf(IllegalArgumentException.class);
        assertThat(new AttributeValue.S("\ud83d\ude00").value()).hasSize(2);
    }

    @Example
    void values_ofCallersCollections_doNotChangeWithThem() {
        List<AttributeValue> list = new ArrayList<>(List.of(new AttributeValue.Null()));
        Map<String, AttributeValue> map = new HashMap<>(Map.of("a", new AttributeValue.Null()));
        byte[] bytes = {1};
        AttributeValue.L l = new AttributeValue.L(list);
        AttributeValue.M m = new AttributeValue.M(map);
        Bytes b = Bytes.copyOf(bytes);

        list.clear();
        map.clear();
        bytes[0] = 2;

        assertThat(l.values()).hasSize(1);
        assertThat(m.values()).hasSize(1);
        assertThat(b).isEqualTo(Bytes.wrap(new byte[] {1}));
    }

    @Example
    void item_withAndWithout_leavesTheOriginal() {
        Item item = new Item(Map.of("a", new AttributeValue.N("1")));

        Item changed = item.with("b", new AttributeValue.Bool(true));

        assertThat(item.get("b")).isNull();
        assertThat(changed.get("b")).isEqualTo(new AttributeValue.Bool(true));
        assertThat(changed.without("b")).isEqualTo(item).hasSameHashCodeAs(item);
        assertThat(item.without("b")).isSameAs(item);
        assertThat(item).hasToString("Item[a]");
    }
}
