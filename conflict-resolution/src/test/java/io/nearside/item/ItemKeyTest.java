package io.nearside.item;

import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.Scale;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ItemKeyTest {
    private record Keyed(KeySchema schema, Item item) {}

    private static Arbitrary<AttributeValue> value(KeyType type, int maxBytes) {
        return switch (type) {
            case S ->
                Arbitraries.strings()
                        .ofMinLength(1)
                        .ofMaxLength(maxBytes / 4)
                        .filter(ItemKeyTest::isUnicode)
                        .map(AttributeValue.S::new);
            case N ->
                Arbitraries.bigDecimals()
                        .between(new BigDecimal("-1e30"), new BigDecimal("1e30"))
                        .ofScale(5)
                        .map(number -> new AttributeValue.N(number.toPlainString()));
            case B ->
                Arbitraries.bytes()
                        .array(byte[].class)
                        .ofMinSize(1)
                        .ofMaxSize(maxBytes)
                        .map(bytes -> new AttributeValue.B(Bytes.wrap(bytes)));
        };
    }

    private static boolean isUnicode(String text) {
        return UTF_8.newEncoder().canEncode(text);
    }

    @Provide
    Arbitrary<Keyed> keyed() {
        return Combinators.combine(
                        Arbitraries.of(KeyType.class), Arbitraries.of(KeyType.class), Arbitraries.of(true, false))
                .as((partition, sort, hasSort) ->
                        new KeySchema(new KeyAttribute("pk", partition), hasSort ? new KeyAttribute("sk", sort) : null))
                .flatMap(schema -> {
                    KeyAttribute sort = schema.sort();
                    Arbitrary<Item> items = value(schema.partition().type(), 2048)
                            .map(value -> new Item(Map.of("pk", value, "other", new AttributeValue.Bool(true))));
                    Arbitrary<Item> keyedItems = sort == null
                            ? items
                            : Combinators.combine(items, value(sort.type(), 1024))
                                    .as((item, value) -> item.with("sk", value));
                    return keyedItems.map(item -> new Keyed(schema, item));
                });
    }

    @Property
    void toItem_ofAnyKey_isTheKeyAttributes(@ForAll("keyed") Keyed keyed) {
        ItemKey key = ItemKey.of(keyed.schema(), keyed.item());

        assertThat(key.toItem(keyed.schema())).isEqualTo(keyed.item().without("other"));
        assertThat(key.hasSort()).isEqualTo(keyed.schema().sort() != null);
    }

    @Property
    void ofBytes_ofAnyKey_isTheKey(@ForAll("keyed") Keyed keyed) {
        ItemKey key = ItemKey.of(keyed.schema(), keyed.item());

        ItemKey again = ItemKey.ofBytes(key.toBytes());

        assertThat(again).isEqualTo(key).hasSameHashCodeAs(key).isEqualByComparingTo(key);
        assertThat(key.length()).isEqualTo(key.toBytes().length);
    }

    @Property
    void partitionOnly_ofAnyKey_isTheKeyWithoutItsSortKey(@ForAll("keyed") Keyed keyed) {
        ItemKey partition = ItemKey.of(keyed.schema(), keyed.item()).partitionOnly();

        KeySchema partitionSchema = new KeySchema(keyed.schema().partition(), null);
        assertThat(partition).isEqualTo(ItemKey.of(partitionSchema, keyed.item()));
        assertThat(partition.partitionOnly()).isSameAs(partition);
    }

    @Property
    void compareTo_stringsOfOnePartition_ordersByUtf8(@ForAll String a, @ForAll String b) {
        if (a.isEmpty() || b.isEmpty() || !isUnicode(a) || !isUnicode(b)) {
            return;
        }
        KeySchema schema = new KeySchema(new KeyAttribute("pk", KeyType.N), new KeyAttribute("sk", KeyType.S));
        Item partition = new Item(Map.of("pk", new AttributeValue.N("7")));

        int order = ItemKey.of(schema, partition.with("sk", new AttributeValue.S(a)))
                .compareTo(ItemKey.of(schema, partition.with("sk", new AttributeValue.S(b))));

        assertThat(Integer.signum(order))
                .isEqualTo(Integer.signum(Bytes.wrap(a.getBytes(UTF_8)).compareTo(Bytes.wrap(b.getBytes(UTF_8)))));
    }

    @Property
    void compareTo_numbersOfOnePartition_ordersByValue(
            @ForAll @Scale(5) @BigRange(min = "-1e30", max = "1e30") BigDecimal a,
            @ForAll @Scale(5) @BigRange(min = "-1e30", max = "1e30") BigDecimal b) {
        KeySchema schema = new KeySchema(new KeyAttribute("pk", KeyType.S), new KeyAttribute("sk", KeyType.N));
        Item partition = new Item(Map.of("pk", new AttributeValue.S("p")));

        int order = ItemKey.of(schema, partition.with("sk", new AttributeValue.N(a.toString())))
                .compareTo(ItemKey.of(schema, partition.with("sk", new AttributeValue.N(b.toString()))));

        assertThat(Integer.signum(order)).isEqualTo(a.compareTo(b));
    }

    @Property
    void ofBytes_anyBytes_areRefusedOrTheKeysOwn(@ForAll byte[] bytes) {
        ItemKey key;
        try {
            key = ItemKey.ofBytes(bytes);
        } catch (InvalidKeyException e) {
            return;
        }

        assertThat(key.toBytes()).isEqualTo(bytes);
    }

    @Property
    void ofBytes_damagedKey_isRefusedOrAnotherKey(
            @ForAll("keyed") Keyed keyed, @ForAll int position, @ForAll byte damage) {
        byte[] bytes = ItemKey.of(keyed.schema(), keyed.item()).toBytes();
        bytes[Math.floorMod(position, bytes.length)] ^= damage;
        ItemKey key;
        try {
            key = ItemKey.ofBytes(bytes);
        } catch (InvalidKeyException e) {
            return;
        }

        assertThat(key.toBytes()).isEqualTo(bytes);
    }

    @Example
    void of_oneNumberInSeveralSpellings_isOneKey() {
        KeySchema schema = new KeySchema(new KeyAttribute("pk", KeyType.N), null);
        ItemKeyWriter writer = new ItemKeyWriter();
        ItemKey one = ItemKey.of(schema, new Item(Map.of("pk", new AttributeValue.N("1"))));

        for (String spelling : new String[] {"1", "1.0", "1e0", "0.1E1", "10e-1", "+1", "01."}) {
            byte[] ascii = (">" + spelling + "<").getBytes(UTF_8);
            assertThat(writer.reset()
                            .partitionNumber(ascii, 1, spelling.length())
                            .toKey())
                    .as(spelling)
                    .isEqualTo(one);
        }
    }

    @Example
    void of_keysOfAnotherShape_areRefused() {
        KeySchema schema = new KeySchema(new KeyAttribute("pk", KeyType.S), new KeyAttribute("sk", KeyType.N));
        Item partition = new Item(Map.of("pk", new AttributeValue.S("p")));
        KeySchema simple = new KeySchema(new KeyAttribute("pk", KeyType.S), null);

        assertThatThrownBy(() -> ItemKey.of(schema, partition))
                .isInstanceOf(InvalidKeyException.class)
                .hasMessage("One of the required keys was not given a value");
        assertThatThrownBy(() -> ItemKey.of(schema, partition.with("sk", new AttributeValue.S("1"))))
                .isInstanceOf(InvalidKeyException.class)
                .hasMessage(
                        "One or more parameter values were invalid: Type mismatch for key sk expected: N actual: S");
        assertThatThrownBy(() -> ItemKey.of(simple, new Item(Map.of("pk", new AttributeValue.S("")))))
                .isInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(() -> ItemKey.of(simple, new Item(Map.of("pk", new AttributeValue.S("x".repeat(2049))))))
                .isInstanceOf(InvalidKeyException.class)
                .hasMessageContaining("hashkey has exceeded the maximum size limit of2048 bytes");
        assertThatThrownBy(() -> ItemKey.of(simple, partition).toItem(schema)).isInstanceOf(InvalidKeyException.class);
    }

    /** The example of ARCHITECTURE.md; these bytes are in topics and tombstone tables, so they never change. */
    @Example
    void toBytes_ofAStringAndANumber_areAsDocumented() {
        KeySchema schema = new KeySchema(new KeyAttribute("customer", KeyType.S), new KeyAttribute("order", KeyType.N));
        Item item = new Item(Map.of("customer", new AttributeValue.S("ann"), "order", new AttributeValue.N("-1.50")));

        assertThat(ItemKey.of(schema, item).toBytes())
                .isEqualTo(HexFormat.ofDelimiter(" ").parseHex("53 00 03 61 6e 6e 4e 40 7d ef ff"));
    }

    @Example
    void of_longestKeys_areKept() {
        KeySchema schema = new KeySchema(new KeyAttribute("pk", KeyType.S), new KeyAttribute("sk", KeyType.B));
        Item item = new Item(Map.of(
                "pk", new AttributeValue.S("x".repeat(2048)), "sk", new AttributeValue.B(Bytes.wrap(new byte[1024]))));

        ItemKey key = ItemKey.of(schema, item);

        assertThat(ItemKey.ofBytes(key.toBytes()).toItem(schema)).isEqualTo(item);
    }

    @Example
    void toKey_withoutPartition_isTheCallersMistake() {
        ItemKeyWriter writer = new ItemKeyWriter();
        byte[] value = {1};

        assertThatThrownBy(writer::toKey).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> writer.reset().sortBinary(value, 0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> writer.reset().partitionBinary(value, 0, 1).partitionBinary(value, 0, 1))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> writer.reset()
                        .partitionBinary(value, 0, 1)
                        .sortBinary(value, 0, 1)
                        .sortBinary(value, 0, 1))
                .isInstanceOf(IllegalStateException.class);
    }

    @Example
    void toKey_afterARefusedValue_isRefused() {
        ItemKeyWriter writer = new ItemKeyWriter();

        assertThatThrownBy(() -> writer.partitionNumber(new byte[] {'x'}, 0, 1))
                .isInstanceOf(InvalidNumberException.class);
        assertThatThrownBy(writer::toKey).isInstanceOf(IllegalStateException.class);
        assertThat(writer.reset()
                        .partitionString(new byte[] {'x'}, 0, 1)
                        .toKey()
                        .length())
                .isEqualTo(4);
    }
}
