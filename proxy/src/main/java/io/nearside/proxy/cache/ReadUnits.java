package io.nearside.proxy.cache;

import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;

/**
 * What answers would consume as eventually consistent reads, in half read request units: one for every 4 KB begun, and at
 * least one, be there an item or not. A page counts as its items together.
 */
final class ReadUnits {

    private static final int BYTES_PER_HALF_UNIT = 4096;

    private ReadUnits() {}

    /** Of GetItem's answer for a whole item, <code>{"Item":{...}}</code>. */
    static int ofItemAnswer(byte[] body) {
        try {
            return ofBytes(sizeOf(body, "Item"));
        } catch (NotUnderstoodException e) {
            return 1;
        }
    }

    /**
     * Of the answer to a Query or a Scan. Of a page that was filtered, counted or projected, DynamoDB reads more than it
     * returns; then this is the least that it may have been.
     */
    static int ofPage(byte[] body) {
        try {
            return ofBytes(sizeOf(body, "Items"));
        } catch (NotUnderstoodException e) {
            return 1;
        }
    }

    private static int ofBytes(long bytes) {
        return (int) Math.max(1, (bytes + BYTES_PER_HALF_UNIT - 1) / BYTES_PER_HALF_UNIT);
    }

    private static long sizeOf(byte[] body, String member) throws NotUnderstoodException {
        long bytes = 0;
        JsonCursor cursor = JsonSlice.of(body).cursor();
        cursor.enterObject();
        while (cursor.nextName()) {
            if (!cursor.nameIs(member)) {
                cursor.skipValue();
            } else if (cursor.atArray()) {
                cursor.enterArray();
                while (cursor.nextElement()) {
                    bytes += ItemSize.of(cursor.skipValue());
                }
            } else {
                bytes += ItemSize.of(cursor.skipValue());
            }
        }
        return bytes;
    }
}
