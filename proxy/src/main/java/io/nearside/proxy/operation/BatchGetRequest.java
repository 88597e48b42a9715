package io.nearside.proxy.operation;

import io.nearside.proxy.expression.Projection;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.name.TableNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a BatchGetItem request says, as slices of its own bytes. What DynamoDB might refuse, or is unknown here, is not
 * understood.
 *
 * @param parts what is asked of each table; each table once
 * @param capacity what {@code ReturnConsumedCapacity} asks for
 */
record BatchGetRequest(List<Part> parts, Capacity capacity) {

    /** The most keys that DynamoDB takes in one request. */
    private static final int MOST_KEYS = 100;

    /**
     * What is asked of one table.
     *
     * @param table the table's name; an ARN is not understood, because it may name another account's table
     * @param keys its {@code Keys}, at least one
     * @param consistent whether {@code ConsistentRead} is true
     * @param projection the parts of items that are wanted; null for whole items
     * @param manner the members that say how the keys are to be read, names included
     */
    record Part(
            String table,
            List<JsonSlice> keys,
            boolean consistent,
            @Nullable Projection projection,
            List<JsonSlice> manner) {}

    static BatchGetRequest read(JsonSlice body) throws NotUnderstoodException {
        List<Part> parts = null;
        Capacity capacity = null;
        JsonCursor cursor = body.cursor();
        cursor.enterObject();
        while (cursor.nextName()) {
            if (cursor.nameIs("RequestItems") && parts == null) {
                parts = parts(cursor);
            } else if (cursor.nameIs("ReturnConsumedCapacity") && capacity == null) {
                capacity = Capacity.of(cursor.string());
            } else {
                throw new NotUnderstoodException("a member that is unknown or given twice");
            }
        }
        cursor.finish();
        if (parts == null || parts.isEmpty()) {
            throw new NotUnderstoodException("no keys");
        }
        return new BatchGetRequest(parts, capacity == null ? Capacity.NONE : capacity);
    }

    private static List<Part> parts(JsonCursor cursor) throws NotUnderstoodException {
        List<Part> parts = new ArrayList<>(1);
        Set<String> tables = new HashSet<>();
        int room = MOST_KEYS;
        cursor.enterObject();
        while (cursor.nextName()) {
            String table = TableNames.plain(cursor.name());
            if (!tables.add(table)) {
                throw new NotUnderstoodException("a table given twice");
            }
            Part part = part(table, cursor, room);
            room -= part.keys.size();
            parts.add(part);
        }
        return parts;
    }

    private static Part part(String table, JsonCursor cursor, int mostKeys) throws NotUnderstoodException {
        List<JsonSlice> keys = List.of();
        Boolean consistent = null;
        ProjectionMembers projected = null;
        List<JsonSlice> manner = new ArrayList<>(2);
        cursor.enterObject();
        while (cursor.nextName()) {
            int from = cursor.name().from() - 1;
            if (cursor.nameIs("Keys") && keys.isEmpty()) {
                keys = keys(cursor, mostKeys);
                continue;
            }
            if (cursor.nameIs("ConsistentRead") && consistent == null) {
                consistent = cursor.bool();
            } else if (ProjectionMembers.isNext(cursor)) {
                projected = projected == null ? new ProjectionMembers() : projected;
                projected.take(cursor);
            } else {
                throw new NotUnderstoodException("a member that is unknown or given twice");
            }
            manner.add(cursor.since(from));
        }
        if (keys.isEmpty()) {
            throw new NotUnderstoodException("a table without keys");
        }
        Projection projection = projected == null ? null : projected.projection();
        return new Part(table, keys, consistent != null && consistent, projection, manner);
    }

    private static List<JsonSlice> keys(JsonCursor cursor, int most) throws NotUnderstoodException {
        List<JsonSlice> keys = new ArrayList<>();
        cursor.enterArray();
        while (cursor.nextElement()) {
            if (keys.size() == most) {
                throw new NotUnderstoodException("more keys than DynamoDB takes");
            }
            keys.add(cursor.skipValue());
        }
        return keys;
    }
}
