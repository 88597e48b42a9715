package io.nearside.proxy.operation;

import io.nearside.proxy.expression.Projection;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.name.TableNames;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a GetItem request says, as slices of its own bytes.
 *
 * @param table the table's name; an ARN is not understood, because it may name another account's table
 * @param key the {@code Key} object
 * @param consistent whether {@code ConsistentRead} is true
 * @param capacity what {@code ReturnConsumedCapacity} asks for
 * @param projection the parts of the item that are wanted; null for the whole item
 * @param understood false if a member is unknown here, or the projection is one that DynamoDB might refuse
 */
record GetItemRequest(
        String table,
        JsonSlice key,
        boolean consistent,
        Capacity capacity,
        @Nullable Projection projection,
        boolean understood) {

    /** Reads a request once, front to back. */
    static GetItemRequest read(JsonSlice body) throws NotUnderstoodException {
        return new Reader().read(body);
    }

    /**
     * A request for the whole item, where this one wants parts of it: a projection saves no read capacity, and only a
     * whole item can be kept.
     */
    byte[] forWholeItem(boolean strong) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(key.length() + 128);
        body.writeBytes(ascii("{\"TableName\":\"" + table + "\",\"Key\":"));
        body.write(key.bytes(), key.from(), key.length());
        if (strong) {
            body.writeBytes(ascii(",\"ConsistentRead\":true"));
        }
        if (capacity != Capacity.NONE) {
            body.writeBytes(ascii(",\"ReturnConsumedCapacity\":\"" + capacity + "\""));
        }
        body.write('}');
        return body.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static final class Reader {

        private @Nullable JsonSlice table;
        private @Nullable JsonSlice key;
        private @Nullable Boolean consistent;
        private @Nullable Capacity capacity;
        private @Nullable ProjectionMembers projected;
        private boolean understood = true;

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
            Projection projection = projected == null ? null : projection(projected);
            return new GetItemRequest(
                    TableNames.plain(table),
                    key,
                    consistent != null && consistent,
                    capacity == null ? Capacity.NONE : capacity,
                    projection,
                    understood);
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
            } else if (ProjectionMembers.isNext(cursor)) {
                projected = projected == null ? new ProjectionMembers() : projected;
                projected.take(cursor);
            } else {
                understood = false;
                cursor.skipValue();
            }
        }

        private @Nullable Projection projection(ProjectionMembers members) {
            try {
                return members.projection();
            } catch (NotUnderstoodException e) {
                understood = false;
                return null;
            }
        }

        private static void requireFirst(@Nullable Object already) throws NotUnderstoodException {
            if (already != null) {
                throw new NotUnderstoodException("a member given twice");
            }
        }
    }
}
