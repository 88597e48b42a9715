package io.nearside.proxy.expression;

import io.nearside.item.AttributeValue;
import io.nearside.item.DynamoNumber;
import java.util.Arrays;
import java.util.Base64;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The order of strings (by UTF-8 bytes), numbers and binary values (unsigned). */
final class ScalarOrder {
    private ScalarOrder() {}

    /** Compares two values of one type; values that have no order are equal. */
    static int compare(AttributeValue left, AttributeValue right) {
        return Arrays.compareUnsigned(sortable(left), sortable(right));
    }

    /** A scalar as a request spells it; empty for other types. */
    static String text(AttributeValue value) {
        if (value instanceof AttributeValue.S string) {
            return string.value();
        }
        if (value instanceof AttributeValue.N number) {
            return number.value();
        }
        return value instanceof AttributeValue.B binary
                ? Base64.getEncoder().encodeToString(binary.value().toByteArray())
                : "";
    }

    private static byte[] sortable(AttributeValue value) {
        if (value instanceof AttributeValue.S string) {
            return string.value().getBytes(UTF_8);
        }
        if (value instanceof AttributeValue.N number) {
            return DynamoNumber.toBytes(number.value());
        }
        return value instanceof AttributeValue.B binary ? binary.value().toByteArray() : new byte[0];
    }
}
