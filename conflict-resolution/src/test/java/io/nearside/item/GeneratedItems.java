package io.nearside.item;

import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Items of every shape that DynamoDB knows, for property tests. */
public final class GeneratedItems {
    private GeneratedItems() {}

    /** Any value, lists and maps nested a few levels deep. */
    public static Arbitrary<AttributeValue> values() {
        return Arbitraries.lazyOf(
                GeneratedItems::scalars,
                GeneratedItems::scalars,
                GeneratedItems::sets,
                () -> values().list().ofMaxSize(3).map(AttributeValue.L::new),
                () -> Arbitraries.maps(names(), values()).ofMaxSize(3).map(AttributeValue.M::new));
    }

    /** Items of a few attributes. */
    public static Arbitrary<Item> items() {
        return Arbitraries.maps(names(), values()).ofMaxSize(5).map(Item::new);
    }

    /** Strings that UTF-8 can carry. */
    public static Arbitrary<String> strings() {
        return Arbitraries.strings().ofMaxLength(20).filter(GeneratedItems::isUnicode);
    }

    /** Whether UTF-8 can carry it. */
    public static boolean isUnicode(String text) {
        return UTF_8.newEncoder().canEncode(text);
    }

    private static Arbitrary<String> names() {
        return Arbitraries.oneOf(Arbitraries.of("a", "b", "c", "d"), strings());
    }

    private static Arbitrary<String> numbers() {
        return Arbitraries.bigDecimals()
                .between(new BigDecimal("-1e20"), new BigDecimal("1e20"))
                .ofScale(6)
                .map(BigDecimal::toString);
    }

    private static Arbitrary<Bytes> bytes() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(20).map(Bytes::wrap);
    }

    private static Arbitrary<AttributeValue> scalars() {
        return Arbitraries.oneOf(List.of(
                strings().map(AttributeValue.S::new),
                numbers().map(AttributeValue.N::new),
                bytes().map(AttributeValue.B::new),
                Arbitraries.of(true, false).map(AttributeValue.Bool::new),
                Arbitraries.just(new AttributeValue.Null())));
    }

    private static Arbitrary<AttributeValue> sets() {
        return Arbitraries.oneOf(List.of(
                strings().list().uniqueElements().ofMinSize(1).ofMaxSize(4).map(AttributeValue.SS::new),
                numbers()
                        .list()
                        .uniqueElements(DynamoNumber::canonical)
                        .ofMinSize(1)
                        .ofMaxSize(4)
                        .map(AttributeValue.NS::new),
                bytes().list().uniqueElements().ofMinSize(1).ofMaxSize(4).map(AttributeValue.BS::new)));
    }
}
