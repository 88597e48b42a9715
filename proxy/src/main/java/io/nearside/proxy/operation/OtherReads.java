package io.nearside.proxy.operation;

import io.nearside.item.ItemKey;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes reads that DynamoDB answers read the writes of this node: where a key was written so recently that a replica may
 * lag, the request is sent with {@code ConsistentRead=true}.
 */
final class OtherReads {

    private final TableDirectory directory;
    private final ItemCache cache;
    private final ServedReads served;

    OtherReads(TableDirectory directory, ItemCache cache, ServedReads served) {
        this.directory = directory;
        this.cache = cache;
        this.served = served;
    }

    /** The body to send: the caller's own unless something it reads was written recently. */
    Buffer body(ApiRequest request) {
        JsonSlice body = Bodies.slice(request.body());
        try {
            List<JsonSlice> recent = switch (request.operation()) {
                case BATCH_GET_ITEM -> recentTables(body);
                case GET_ITEM, QUERY -> recentTable(body);
                default -> List.of();
            };
            if (recent.isEmpty()) {
                return request.body();
            }
            Buffer strong = Bodies.wrap(StrongReads.strong(body, recent));
            served.upgraded(request.operation());
            return strong;
        } catch (NotUnderstoodException e) {
            return request.body();
        }
    }

    /** The body, with {@code ConsistentRead} set to true. It was understood before. */
    static Buffer strongly(Buffer body) {
        JsonSlice bytes = Bodies.slice(body);
        try {
            return Bodies.wrap(StrongReads.strong(bytes, bytes));
        } catch (NotUnderstoodException e) {
            throw new IllegalStateException("a body that was understood before", e);
        }
    }

    /** The objects of a BatchGetItem that ask for keys written recently. */
    private List<JsonSlice> recentTables(JsonSlice body) throws NotUnderstoodException {
        List<JsonSlice> recent = new ArrayList<>();
        JsonCursor cursor = body.cursor();
        cursor.enterObject();
        while (cursor.nextName()) {
            if (!cursor.nameIs("RequestItems")) {
                cursor.skipValue();
                continue;
            }
            cursor.enterObject();
            while (cursor.nextName()) {
                String table = directory.own().possible(cursor.nameText());
                JsonSlice asked = cursor.skipValue();
                if (table != null && cache.tables().isRecentlyWritten(table) && asksForRecent(table, asked)) {
                    recent.add(asked);
                }
            }
        }
        return recent;
    }

    private boolean asksForRecent(String table, JsonSlice asked) throws NotUnderstoodException {
        TableDescription description = directory.known(table);
        if (description == null) {
            return true;
        }
        boolean recent = false;
        JsonCursor cursor = asked.cursor();
        cursor.enterObject();
        while (cursor.nextName()) {
            if (!cursor.nameIs("Keys")) {
                cursor.skipValue();
                continue;
            }
            cursor.enterArray();
            while (cursor.nextElement()) {
                ItemKey key = KeyReader.key(cursor.skipValue(), description.key());
                recent |= cache.isRecentlyWritten(table, key);
            }
        }
        return recent;
    }

    /**
     * The request, unless its table rests, it reads a global index, which knows no consistent reads, or it says something of
     * its own about consistency.
     */
    private List<JsonSlice> recentTable(JsonSlice body) throws NotUnderstoodException {
        String table = null;
        String index = null;
        boolean inconsistent = true;
        JsonCursor cursor = body.cursor();
        cursor.enterObject();
        while (cursor.nextName()) {
            if (cursor.nameIs("TableName")) {
                table = directory.own().possible(cursor.text());
            } else if (cursor.nameIs("IndexName")) {
                index = cursor.text();
            } else if (cursor.nameIs("ConsistentRead")) {
                JsonSlice said = cursor.skipValue();
                inconsistent &= said.is("false") || said.is("null");
            } else {
                cursor.skipValue();
            }
        }
        if (table == null || !inconsistent || !cache.tables().isRecentlyWritten(table)) {
            return List.of();
        }
        return readsConsistently(table, index) ? List.of(body) : List.of();
    }

    private boolean readsConsistently(String table, @Nullable String index) {
        if (index == null) {
            return true;
        }
        TableDescription description = directory.known(table);
        return description != null
                && description.indexes().stream().anyMatch(i -> i.name().equals(index) && !i.global());
    }
}
