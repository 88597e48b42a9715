package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import org.jspecify.annotations.Nullable;

/**
 * What a GetItem request says, as slices of its own bytes.
 *
 * @param table the table's name; an ARN is not understood, because it may name another account's table
 * @param key the {@code Key} object
 * @param consistent whether {@code ConsistentRead} is true
 * @param capacity what {@code ReturnConsumedCapacity} asks for
 * @param whole whether the request asks for the whole item and has no member that is unknown here
 */
record GetItemRequest(String table, JsonSlice key, boolean consistent, Capacity capacity, boolean whole) {

    /** Reads a request once, front to back. */
    static GetItemRequest read(JsonSlice body) throws NotUnderstoodException {
        return new Reader().read(body);
    }

    private static final class Reader {

        private @Nullable JsonSlice table;
        private @Nullable JsonSlice key;
        private @Nullable Boolean consistent;
        private @Nullable Capacity capacity;
        private boolean whole = true;

        GetItemRequest read(JsonSlice body) throws NotUnderstoodException {
            JsonCursor cursor = body.cursor();
            cursor.enterObject();
            while (cursor.nextName()) {
                member(cursor);
            }
            cursor.finish();
            if (table == null || key == null) {
                throw new NotUnderstoodException("TableName or Key is missing");
            }
            return new GetItemRequest(
                    TableNames.plain(table),
                    key,
                    consistent != null && consistent,
                    capacity == null ? Capacity.NONE : capacity,
                    whole);
        }

        private void member(JsonCursor cursor) throws NotUnderstoodException {
            if (cursor.nameIs("TableName")) {
                requireFirst(table);
                table = cursor.string();
            } else if (cursor.nameIs("Key")) {
                requireFirst(key);
                key = cursor.skipValue();
            } else if (cursor.nameIs("ConsistentRead")) {
                requireFirst(consistent);
                consistent = cursor.bool();
            } else if (cursor.nameIs("ReturnConsumedCapacity")) {
                requireFirst(capacity);
                capacity = Capacity.of(cursor.string());
            } else {
                whole = false;
                cursor.skipValue();
            }
        }

        private static void requireFirst(@Nullable Object already) throws NotUnderstoodException {
            if (already != null) {
                throw new NotUnderstoodException("a member given twice");
            }
        }
    }
}
