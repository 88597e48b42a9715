package io.nearside.proxy.cache;

import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.JsonStrings;
import io.nearside.proxy.json.NotUnderstoodException;
import java.nio.charset.StandardCharsets;

/**
 * How many bytes an item has by DynamoDB's own rules, which its capacity units are counted by.
 *
 * <p>Source: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats". Names and strings count as UTF-8; binary values
 * as raw bytes; a number as one byte for every two significant digits and one more, and one for its sign if negative; null and
 * Boolean values as one; lists and maps as three, and one more for each element. The guide calls the size of a number
 * approximate, and says nothing of sets: they count as the sum of their elements here.
 */
final class ItemSize {

    private static final int CONTAINER_BYTES = 3;
    private static final int ELEMENT_BYTES = 1;

    private ItemSize() {}

    /** The size of an item in DynamoDB's JSON, <code>{"a":{"S":"x"},...}</code>. */
    static long of(JsonSlice item) throws NotUnderstoodException {
        return attributes(item.cursor(), 0);
    }

    private static long attributes(JsonCursor cursor, int bytesEach) throws NotUnderstoodException {
        long bytes = 0;
        cursor.enterObject();
        while (cursor.nextName()) {
            long name = cursor.nameEscaped()
                    ? utf8(cursor.nameText())
                    : cursor.name().length();
            bytes += bytesEach + name + value(cursor);
        }
        return bytes;
    }

    private static long value(JsonCursor cursor) throws NotUnderstoodException {
        long bytes = 0;
        cursor.enterObject();
        while (cursor.nextName()) {
            bytes += cursor.nameIs("S")
                    ? text(cursor)
                    : cursor.nameIs("N")
                            ? number(cursor.string())
                            : cursor.nameIs("B") ? binary(cursor.string()) : otherValue(cursor);
        }
        return bytes;
    }

    private static long otherValue(JsonCursor cursor) throws NotUnderstoodException {
        if (cursor.nameIs("M")) {
            return CONTAINER_BYTES + attributes(cursor, ELEMENT_BYTES);
        }
        if (!cursor.atArray()) {
            cursor.skipValue();
            return 1;
        }
        boolean list = cursor.nameIs("L");
        boolean numbers = cursor.nameIs("NS");
        boolean binaries = cursor.nameIs("BS");
        long bytes = list ? CONTAINER_BYTES : 0;
        cursor.enterArray();
        while (cursor.nextElement()) {
            if (list) {
                bytes += ELEMENT_BYTES + value(cursor);
            } else if (numbers) {
                bytes += number(cursor.string());
            } else {
                bytes += binaries ? binary(cursor.string()) : text(cursor);
            }
        }
        return bytes;
    }

    private static long text(JsonCursor cursor) throws NotUnderstoodException {
        JsonSlice content = cursor.string();
        return cursor.stringEscaped() ? utf8(JsonStrings.unescape(content)) : content.length();
    }

    private static long utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static long binary(JsonSlice base64) {
        int padding = 0;
        while (padding < base64.length() && base64.bytes()[base64.to() - 1 - padding] == '=') {
            padding++;
        }
        return (base64.length() - padding) * 3L / 4;
    }

    /** Significant digits: zeros at either end do not count, nor does the exponent. */
    private static long number(JsonSlice number) {
        int digits = 0;
        int zerosAtEnd = 0;
        boolean negative = false;
        for (int i = number.from(); i < number.to(); i++) {
            byte b = number.bytes()[i];
            if (b == 'e' || b == 'E') {
                break;
            }
            negative |= b == '-';
            if (b == '0') {
                zerosAtEnd += digits > 0 ? 1 : 0;
            } else if (b > '0' && b <= '9') {
                digits += zerosAtEnd + 1;
                zerosAtEnd = 0;
            }
        }
        return (digits + 1L) / 2 + 1 + (negative ? 1 : 0);
    }
}
