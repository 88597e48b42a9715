package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Answers in a form in which those that mean the same are equal. */
final class Answers {

    private Answers() {}

    /** The document with the members of its objects sorted, and no white space. */
    static String canonical(String json) {
        return document(json, false);
    }

    /** Like {@link #canonical}, with the elements of arrays sorted too: DynamoDB promises no order of a batch. */
    static String unordered(String json) {
        return document(json, true);
    }

    private static String document(String json, boolean unordered) {
        try {
            JsonCursor cursor = JsonSlice.of(json).cursor();
            String value = value(cursor, unordered);
            cursor.finish();
            return value;
        } catch (NotUnderstoodException e) {
            throw new IllegalStateException(json, e);
        }
    }

    private static String value(JsonCursor cursor, boolean unordered) throws NotUnderstoodException {
        if (cursor.atObject()) {
            TreeMap<String, String> members = new TreeMap<>();
            cursor.enterObject();
            while (cursor.nextName()) {
                members.put(cursor.nameText(), value(cursor, unordered));
            }
            return members.toString();
        }
        if (cursor.atArray()) {
            List<String> elements = new ArrayList<>();
            cursor.enterArray();
            while (cursor.nextElement()) {
                elements.add(value(cursor, unordered));
            }
            if (unordered) {
                elements.sort(null);
            }
            return elements.toString();
        }
        return cursor.skipValue().text();
    }
}
