package io.nearside.proxy.json;

import java.nio.charset.StandardCharsets;

/**
 * A run of bytes inside a document. The document is not copied and must not change while the slice is used. Compared by
 * identity: content is compared where it is meant.
 */
public final class JsonSlice {

    private final byte[] bytes;
    private final int from;
    private final int to;

    /**
     * @param bytes the document
     * @param from first byte
     * @param to one past the last byte
     */
    public JsonSlice(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
    }

    /** The document that the slice is a part of, not to be written to. */
    public byte[] bytes() {
        return bytes;
    }

    /** Index of the first byte. */
    public int from() {
        return from;
    }

    /** Index one past the last byte. */
    public int to() {
        return to;
    }

    /** The whole array. */
    public static JsonSlice of(byte[] bytes) {
        return new JsonSlice(bytes, 0, bytes.length);
    }

    /** A document written out in a program. */
    public static JsonSlice of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes in the slice. */
    public int length() {
        return to - from;
    }

    /** Whether the slice says exactly this ASCII text. */
    public boolean is(String ascii) {
        return JsonCursor.regionIs(bytes, from, to, ascii);
    }

    /** A cursor over the slice. */
    public JsonCursor cursor() {
        return new JsonCursor(bytes, from, to);
    }

    /** The bytes as text. */
    public String text() {
        return new String(bytes, from, length(), StandardCharsets.UTF_8);
    }

    /** Where the needle first occurs at or after {@code start}, or -1. */
    public int indexOf(byte[] needle, int start) {
        int last = to - needle.length;
        byte first = needle[0];
        for (int i = Math.max(start, from); i <= last; i++) {
            if (bytes[i] == first && matches(needle, i)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the byte occurs. */
    public boolean has(byte sought) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == sought) {
                return true;
            }
        }
        return false;
    }

    private boolean matches(byte[] needle, int at) {
        for (int i = 1; i < needle.length; i++) {
            if (bytes[at + i] != needle[i]) {
                return false;
            }
        }
        return true;
    }
}
