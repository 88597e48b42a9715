package io.nearside.proxy.operation;

import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.operation.VersionInAnswers.StrippedItem;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Between answers of GetItem and what the cache keeps of them. */
final class ItemAnswers {

    private static final byte[] PREFIX = "{\"Item\":".getBytes(StandardCharsets.US_ASCII);

    private final VersionInAnswers versions;

    ItemAnswers(VersionInAnswers versions) {
        this.versions = versions;
    }

    /**
     * What a successful GetItem without a projection said about its key.
     *
     * @param strong whether it was a strongly consistent read
     * @param readAtNanos when the answer came
     */
    CachedItem parse(JsonSlice body, boolean strong, long readAtNanos) throws NotUnderstoodException {
        JsonSlice item = null;
        JsonCursor cursor = body.cursor();
        cursor.enterObject();
        while (cursor.nextName()) {
            boolean found = cursor.nameIs("Item");
            JsonSlice value = cursor.skipValue();
            if (found) {
                item = value;
            }
        }
        cursor.finish();
        if (item == null) {
            return CachedItem.absent(strong, readAtNanos);
        }
        StrippedItem stripped = versions.strip(item);
        return CachedItem.present(wrapped(stripped.item()), stripped.version(), strong, readAtNanos);
    }

    /** The answer to a caller, from memory: the cached bytes as they are unless the caller wants to hear of capacity. */
    Answer toAnswer(
            CachedItem item,
            String table,
            Capacity capacity,
            CacheOutcome outcome,
            long ageMillis,
            @Nullable String requestId) {
        if (capacity == Capacity.NONE) {
            return new Answer(200, Bodies.wrap(item.body()), outcome, ageMillis, item.crc32(), requestId);
        }
        byte[] body = withCapacity(item, table, capacity);
        return new Answer(200, Bodies.wrap(body), outcome, ageMillis, Answer.CRC32_UNKNOWN, requestId);
    }

    /** What is served from memory consumes nothing. */
    private static byte[] withCapacity(CachedItem item, String table, Capacity capacity) {
        StringBuilder consumed = new StringBuilder(item.isAbsent() ? "" : ",")
                .append("\"ConsumedCapacity\":{\"TableName\":\"")
                .append(table)
                .append("\",\"CapacityUnits\":0.0");
        if (capacity == Capacity.INDEXES) {
            consumed.append(",\"Table\":{\"CapacityUnits\":0.0}");
        }
        byte[] member = consumed.append("}}").toString().getBytes(StandardCharsets.US_ASCII);
        int kept = item.body().length - 1;
        byte[] body = new byte[kept + member.length];
        System.arraycopy(item.body(), 0, body, 0, kept);
        System.arraycopy(member, 0, body, kept, member.length);
        return body;
    }

    private static byte[] wrapped(JsonSlice item) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(PREFIX.length + item.length() + 1);
        body.writeBytes(PREFIX);
        body.write(item.bytes(), item.from(), item.length());
        body.write('}');
        return body.toByteArray();
    }
}
