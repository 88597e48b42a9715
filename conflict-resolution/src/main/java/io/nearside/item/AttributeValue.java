package io.nearside.item;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The value of an attribute, with the types of the DynamoDB API; immutable.
 *
 * <p>Equal values are equal objects however they were spelled: numbers are kept as DynamoDB returns them and sets are sorted.
 * A constructor refuses what DynamoDB would: text that is not a number, sets that are empty or hold a value twice, strings that
 * UTF-8 cannot carry ({@link IllegalArgumentException}; {@link InvalidNumberException} for numbers).
 */
public sealed interface AttributeValue {

    /** A string. */
    record S(String value) implements AttributeValue {
        public S {
            checkUnicode(value);
        }
    }

    /** A number, in its canonical spelling: see {@link DynamoNumber#canonical}. */
    record N(String value) implements AttributeValue {
        public N {
            value = DynamoNumber.canonical(value);
        }
    }

    /** A binary value. */
    record B(Bytes value) implements AttributeValue {
        public B {
            Objects.requireNonNull(value, "value");
        }
    }

    /** A Boolean. */
    record Bool(boolean value) implements AttributeValue {}

    /** DynamoDB's NULL: an attribute that is there and says nothing. */
    record Null() implements AttributeValue {}

    /** A set of strings, sorted by their UTF-8 bytes. */
    record SS(List<String> values) implements AttributeValue {
        public SS {
            values.forEach(AttributeValue::checkUnicode);
            values = sortedSet(values, AttributeValue::compareCodePoints);
        }
    }

    /** A set of numbers, canonical and sorted by value. */
    record NS(List<String> values) implements AttributeValue {
        public NS {
            values = sortedSet(
                    values.stream().map(DynamoNumber::canonical).toList(),
                    Comparator.comparing(number -> Bytes.wrap(DynamoNumber.toBytes(number))));
        }
    }

    /** A set of binary values, sorted by their unsigned bytes. */
    record BS(List<Bytes> values) implements AttributeValue {
        public BS {
            values = sortedSet(values, Comparator.naturalOrder());
        }
    }

    /** A list of values of any types. */
    record L(List<AttributeValue> values) implements AttributeValue {
        public L {
            values = List.copyOf(values);
        }
    }

    /** A map from names to values of any types. */
    record M(Map<String, AttributeValue> values) implements AttributeValue {
        public M {
            values.keySet().forEach(AttributeValue::checkUnicode);
            values = Map.copyOf(values);
        }
    }

    private static <T> List<T> sortedSet(List<T> values, Comparator<? super T> order) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a set must not be empty");
        }
        List<T> sorted = new ArrayList<>(values);
        sorted.sort(order);
        for (int i = 1; i < sorted.size(); i++) {
            if (order.compare(sorted.get(i - 1), sorted.get(i)) == 0) {
                throw new IllegalArgumentException("a set holds a value twice");
            }
        }
        return List.copyOf(sorted);
    }

    /** UTF-8 bytes are ordered like code points, which UTF-16 units are not. */
    private static int compareCodePoints(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char ca = a.charAt(i);
            char cb = b.charAt(i);
            if (ca != cb) {
                boolean sameKind = Character.isSurrogate(ca) == Character.isSurrogate(cb);
                return sameKind ? Character.compare(ca, cb) : Character.isSurrogate(ca) ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    private static void checkUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new IllegalArgumentException("a string has half a surrogate pair, which UTF-8 cannot carry");
                }
                i++;
            }
        }
    }
}
