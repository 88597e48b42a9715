package io.nearside.proxy.query;

import io.nearside.item.AttributeValue;
import io.nearside.proxy.expression.ValueReader;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.JsonStrings;
import io.nearside.proxy.json.NotUnderstoodException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of a request by name. A member that is unknown, or given twice, makes the request one not understood. */
final class Members {
    private static final int MOST_DIGITS = 9;

    private final Map<String, JsonSlice> slices = new HashMap<>();

    static Members read(JsonSlice object, Set<String> common, Set<String> own) throws NotUnderstoodException {
        Members members = new Members();
        JsonCursor cursor = object.cursor();
        cursor.enterObject();
        while (cursor.nextName()) {
            String name = cursor.nameText();
            if (!(common.contains(name) || own.contains(name))
                    || members.slices.put(name, cursor.skipValue()) != null) {
                throw new NotUnderstoodException("a member that is unknown or given twice");
            }
        }
        cursor.finish();
        return members;
    }

    boolean has(String name) {
        return slices.containsKey(name);
    }

    boolean hasAny(String... names) {
        for (String name : names) {
            if (has(name)) {
                return true;
            }
        }
        return false;
    }

    @Nullable String string(String name) throws NotUnderstoodException {
        JsonSlice slice = slices.get(name);
        return slice == null ? null : strict(slice.cursor());
    }

    private static String strict(JsonCursor cursor) throws NotUnderstoodException {
        return JsonStrings.unescape(cursor.string());
    }

    boolean bool(String name, boolean otherwise) throws NotUnderstoodException {
        JsonSlice slice = slices.get(name);
        return slice == null ? otherwise : slice.cursor().bool();
    }

    /** A whole number, or -1 if there is none. */
    int number(String name, int min, int max) throws NotUnderstoodException {
        JsonSlice slice = slices.get(name);
        if (slice == null) {
            return -1;
        }
        int number = number(slice.text());
        if (number < min || number > max) {
            throw new NotUnderstoodException("a number that is not one, or out of range");
        }
        return number;
    }

    /** One to nine digits; else -1. */
    private static int number(String text) {
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return text.isEmpty() || text.length() > MOST_DIGITS ? -1 : number;
    }

    byte @Nullable [] utf8(String name) throws NotUnderstoodException {
        String text = string(name);
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    @Nullable JsonCursor cursor(String name) {
        JsonSlice slice = slices.get(name);
        return slice == null ? null : slice.cursor();
    }

    @Nullable Map<String, AttributeValue> values(String name) throws NotUnderstoodException {
        JsonCursor cursor = cursor(name);
        return cursor == null ? null : ValueReader.readMap(cursor);
    }

    @Nullable Map<String, String> strings(String name) throws NotUnderstoodException {
        JsonCursor cursor = cursor(name);
        if (cursor == null) {
            return null;
        }
        Map<String, String> strings = new HashMap<>();
        cursor.enterObject();
        while (cursor.nextName()) {
            String key = cursor.nameText();
            if (strings.put(key, strict(cursor)) != null) {
                throw new NotUnderstoodException("a name given twice");
            }
        }
        return strings;
    }

    @Nullable List<String> list(String name) throws NotUnderstoodException {
        JsonCursor cursor = cursor(name);
        if (cursor == null) {
            return null;
        }
        List<String> elements = new ArrayList<>();
        cursor.enterArray();
        while (cursor.nextElement()) {
            elements.add(strict(cursor));
        }
        return elements;
    }
}
