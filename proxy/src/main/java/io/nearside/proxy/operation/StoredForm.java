package io.nearside.proxy.operation;

import io.nearside.item.DynamoNumber;
import io.nearside.item.InvalidNumberException;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.JsonStrings;
import io.nearside.proxy.json.NotUnderstoodException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;

/**
 * Writes the item of a PutItem as DynamoDB will return it: numbers in DynamoDB's spelling, everything else as it is.
 *
 * <p>Whatever DynamoDB might return otherwise than it was spelled (the order of a set's members, unusual base64, unusual
 * numbers inside of lists and maps, numbers that are none, halves of surrogate pairs) is {@link NotUnderstoodException}: such an item is read when it is asked for.
 */
final class StoredForm {

    /** Beyond what DynamoDB nests. */
    private static final int MAX_DEPTH = 40;

    private final ByteArrayOutputStream out;

    private StoredForm(int length) {
        this.out = new ByteArrayOutputStream(length);
    }

    /** The item's attributes as an object in JSON. */
    static JsonSlice of(JsonSlice item) throws NotUnderstoodException {
        StoredForm form = new StoredForm(item.length());
        form.map(item.cursor(), 0);
        return JsonSlice.of(form.out.toByteArray());
    }

    private void map(JsonCursor cursor, int depth) throws NotUnderstoodException {
        Set<String> names = new HashSet<>();
        cursor.enterObject();
        out.write('{');
        while (cursor.nextName()) {
            JsonSlice name = cursor.name();
            if (!names.add(text(name, cursor.nameEscaped()))) {
                throw new NotUnderstoodException("an attribute given twice");
            }
            if (names.size() > 1) {
                out.write(',');
            }
            quoted(name);
            out.write(':');
            value(cursor, depth);
        }
        out.write('}');
    }

    private void value(JsonCursor cursor, int depth) throws NotUnderstoodException {
        cursor.enterObject();
        if (depth > MAX_DEPTH || !cursor.nextName() || cursor.nameEscaped()) {
            throw new NotUnderstoodException("an attribute value of no type, or nested too deeply");
        }
        String type = cursor.nameText();
        out.write('{');
        quoted(cursor.name());
        out.write(':');
        content(type, cursor, depth);
        out.write('}');
        if (cursor.nextName()) {
            throw new NotUnderstoodException("an attribute value of several types");
        }
    }

    private void content(String type, JsonCursor cursor, int depth) throws NotUnderstoodException {
        switch (type) {
            case "S" -> string(cursor);
            case "N" -> number(cursor, depth);
            case "B" -> binary(cursor);
            case "BOOL" -> ascii(Boolean.toString(cursor.bool()));
            case "NULL" -> nul(cursor);
            case "SS" -> soleMember(cursor, this::string);
            case "NS" -> soleMember(cursor, member -> number(member, 1));
            case "BS" -> soleMember(cursor, this::binary);
            case "L" -> list(cursor, depth);
            case "M" -> map(cursor, depth + 1);
            default -> throw new NotUnderstoodException("an attribute value of an unknown type");
        }
    }

    private void string(JsonCursor cursor) throws NotUnderstoodException {
        JsonSlice content = cursor.string();
        text(content, cursor.stringEscaped());
        quoted(content);
    }

    /** DynamoDB Local, unlike DynamoDB, leaves some spellings inside of lists, maps and sets as they are. */
    private void number(JsonCursor cursor, int depth) throws NotUnderstoodException {
        String spelled = cursor.string().text();
        try {
            String canonical = DynamoNumber.canonical(spelled);
            if (depth > 0 && !canonical.equals(spelled)) {
                throw new NotUnderstoodException("a number inside of a value in an unusual spelling");
            }
            ascii('"' + canonical + '"');
        } catch (InvalidNumberException e) {
            throw new NotUnderstoodException("a number that DynamoDB would refuse");
        }
    }

    private void binary(JsonCursor cursor) throws NotUnderstoodException {
        JsonSlice content = cursor.string();
        String spelled = content.text();
        try {
            byte[] raw = Base64.getDecoder().decode(spelled);
            if (!Base64.getEncoder().encodeToString(raw).equals(spelled)) {
                throw new NotUnderstoodException("unusual base64");
            }
        } catch (IllegalArgumentException e) {
            throw new NotUnderstoodException("not base64");
        }
        quoted(content);
    }

    private void nul(JsonCursor cursor) throws NotUnderstoodException {
        if (!cursor.bool()) {
            throw new NotUnderstoodException("a null that is false");
        }
        ascii("true");
    }

    @FunctionalInterface
    private interface Element {
        void write(JsonCursor cursor) throws NotUnderstoodException;
    }

    /** A set has no order of its own, so only one of a single member is certain to come back as it went. */
    private void soleMember(JsonCursor cursor, Element element) throws NotUnderstoodException {
        cursor.enterArray();
        out.write('[');
        if (!cursor.nextElement()) {
            throw new NotUnderstoodException("an empty set");
        }
        element.write(cursor);
        if (cursor.nextElement()) {
            throw new NotUnderstoodException("a set of several members");
        }
        out.write(']');
    }

    private void list(JsonCursor cursor, int depth) throws NotUnderstoodException {
        cursor.enterArray();
        out.write('[');
        boolean first = true;
        while (cursor.nextElement()) {
            if (!first) {
                out.write(',');
            }
            first = false;
            value(cursor, depth + 1);
        }
        out.write(']');
    }

    /** The text, if UTF-8 can carry it. */
    private static String text(JsonSlice content, boolean escaped) throws NotUnderstoodException {
        if (!escaped) {
            return JsonStrings.strictText(content);
        }
        String text = JsonStrings.unescape(content);
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new NotUnderstoodException("half a surrogate pair");
        }
        return text;
    }

    private void quoted(JsonSlice content) {
        out.write('"');
        out.write(content.bytes(), content.from(), content.length());
        out.write('"');
    }

    private void ascii(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
