package io.nearside.proxy.operation;

import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.expression.Projection;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.operation.VersionInAnswers.StrippedItem;
import io.nearside.version.Version;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Between answers of GetItem and what the cache keeps of them. */
final class ItemAnswers {

    private static final byte[] PREFIX = "{\"Item\":".getBytes(StandardCharsets.US_ASCII);

    private final VersionInAnswers versions;

    ItemAnswers(VersionInAnswers versions) {
        this.versions = versions;
    }

    /**
     * What a successful GetItem for a whole item said.
     *
     * @param consumed the value of {@code ConsumedCapacity}; null without one
     */
    record Parsed(CachedItem item, @Nullable JsonSlice consumed) {}

    /**
     * Reads the answer to a successful GetItem without a projection.
     *
     * @param strong whether it was a strongly consistent read
     * @param readAtNanos when the answer came
     */
    Parsed parse(JsonSlice body, boolean strong, long readAtNanos) throws NotUnderstoodException {
        JsonSlice item = null;
        JsonSlice consumed = null;
        JsonCursor cursor = body.cursor();
        cursor.enterObject();
        while (cursor.nextName()) {
            if (cursor.nameIs("Item")) {
                item = cursor.skipValue();
            } else if (cursor.nameIs("ConsumedCapacity")) {
                consumed = cursor.skipValue();
            } else {
                cursor.skipValue();
            }
        }
        cursor.finish();
        CachedItem read = item == null ? CachedItem.absent(strong, readAtNanos) : present(item, strong, readAtNanos);
        return new Parsed(read, consumed);
    }

    /** What is kept of an item; the other parameters are those of {@link #parse}. */
    CachedItem present(JsonSlice item, boolean strong, long readAtNanos) throws NotUnderstoodException {
        StrippedItem stripped = versions.strip(item);
        return CachedItem.present(wrapped(stripped.item()), stripped.version(), strong, readAtNanos);
    }

    /** What is kept of an item that was put, and was given this version on its way. */
    static CachedItem stamped(JsonSlice item, Version version, long nowNanos) {
        return CachedItem.present(wrapped(item), version, true, nowNanos);
    }

    /**
     * The answer to a caller from what is, or was just, kept: its bytes as they are unless the caller wants parts of them, or
     * to hear of capacity.
     *
     * @param consumed what DynamoDB said that the read consumed; null when it was not read for this caller
     */
    Answer toAnswer(
            CachedItem item,
            GetItemRequest get,
            @Nullable JsonSlice consumed,
            CacheOutcome outcome,
            long ageMillis,
            @Nullable String requestId) {
        Projection projection = get.projection();
        if (get.capacity() == Capacity.NONE && projection == null) {
            return new Answer(200, Bodies.wrap(item.body()), outcome, ageMillis, item.crc32(), requestId);
        }
        byte[] body = projection == null || item.isAbsent() ? item.body() : projected(item.body(), projection);
        if (get.capacity() != Capacity.NONE) {
            body = ZeroCapacity.appended(
                    body,
                    consumed == null
                            ? ZeroCapacity.of(get.table(), get.capacity(), null, false)
                            : Arrays.copyOfRange(consumed.bytes(), consumed.from(), consumed.to()));
        }
        return new Answer(200, Bodies.wrap(body), outcome, ageMillis, Answer.CRC32_UNKNOWN, requestId);
    }

    /** The item's own JSON inside of what is kept of it; not of an absent one. */
    static JsonSlice item(CachedItem item) {
        return new JsonSlice(item.body(), PREFIX.length, item.body().length - 1);
    }

    private static byte[] projected(byte[] body, Projection projection) {
        byte[] target = new byte[body.length];
        System.arraycopy(PREFIX, 0, target, 0, PREFIX.length);
        int end = projection.apply(body, PREFIX.length, body.length - 1, target, PREFIX.length);
        target[end] = '}';
        return Arrays.copyOf(target, end + 1);
    }

    private static byte[] wrapped(JsonSlice item) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(PREFIX.length + item.length() + 1);
        body.writeBytes(PREFIX);
        body.write(item.bytes(), item.from(), item.length());
        body.write('}');
        return body.toByteArray();
    }
}
