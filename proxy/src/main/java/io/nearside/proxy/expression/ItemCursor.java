package io.nearside.proxy.expression;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Walks over JSON bytes that are known to be valid, so it looks at structure only: where a value ends, what a name is. Still,
 * it never reads beyond its range.
 */
final class ItemCursor {
    private final byte[] json;
    private final int limit;
    private int at;

    ItemCursor(byte[] json, int from, int limit) {
        this.json = json;
        this.at = from;
        this.limit = limit;
    }

    int position() {
        return at;
    }

    /** The next byte that is not white space, left where it is. */
    byte peek() {
        while (at < limit && json[at] <= ' ' && json[at] >= 0) {
            at++;
        }
        if (at == limit) {
            throw new MalformedItemException(at);
        }
        return json[at];
    }

    void expect(char symbol) {
        if (peek() != symbol) {
            throw new MalformedItemException(at);
        }
        at++;
    }

    boolean accept(char symbol) {
        if (peek() != symbol) {
            return false;
        }
        at++;
        return true;
    }

    /** Leaves a string behind; its content without quotes lies before {@code position() - 1}. */
    void skipString() {
        expect('"');
        while (at < limit && json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        if (at >= limit) {
            throw new MalformedItemException(limit);
        }
        at++;
    }

    /** Leaves a value of any kind behind. */
    void skipValue() {
        int depth = 0;
        do {
            switch (peek()) {
                case '"' -> skipString();
                case '{', '[' -> {
                    depth++;
                    at++;
                }
                case '}', ']' -> {
                    depth--;
                    at++;
                }
                case ',', ':' -> at++;
                default -> skipLiteral();
            }
        } while (depth > 0);
    }

    private void skipLiteral() {
        while (at < limit && json[at] > ' ' && json[at] != ',' && json[at] != '}' && json[at] != ']') {
            at++;
        }
    }

    /** The text of a string that has escapes, in UTF-8. */
    static byte[] unescape(byte[] json, int from, int to) {
        StringBuilder text = new StringBuilder();
        int at = from;
        while (at < to) {
            int plainEnd = at;
            while (plainEnd < to && json[plainEnd] != '\\') {
                plainEnd++;
            }
            text.append(new String(json, at, plainEnd - at, UTF_8));
            at = plainEnd < to ? unescapeOne(json, plainEnd + 1, to, text) : plainEnd;
        }
        return text.toString().getBytes(UTF_8);
    }

    private static int unescapeOne(byte[] json, int at, int to, StringBuilder text) {
        char escape = (char) json[at];
        switch (escape) {
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case 'n' -> text.append('\n');
            case 'r' -> text.append('\r');
            case 't' -> text.append('\t');
            case 'u' -> {
                if (at + 5 > to) {
                    throw new MalformedItemException(at);
                }
                text.append((char) Integer.parseInt(new String(json, at + 1, 4, UTF_8), 16));
                return at + 5;
            }
            default -> text.append(escape);
        }
        return at + 1;
    }
}
