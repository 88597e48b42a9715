package io.nearside.proxy.operation;

import io.nearside.proxy.cache.CachedPage;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Between answers of Query and Scan and what the cache keeps of them. */
final class PageAnswers {

    /** The answer's bytes without {@code ConsumedCapacity}, in an array of their own. */
    byte[] withoutCapacity(JsonSlice body) throws NotUnderstoodException {
        List<JsonSlice> members = new ArrayList<>(4);
        boolean found = false;
        JsonCursor cursor = body.cursor();
        cursor.enterObject();
        while (cursor.nextName()) {
            int from = cursor.name().from() - 1;
            boolean capacity = cursor.nameIs("ConsumedCapacity");
            int to = cursor.skipValue().to();
            if (capacity) {
                found = true;
            } else {
                members.add(new JsonSlice(body.bytes(), from, to));
            }
        }
        cursor.finish();
        return found ? joined(members) : Arrays.copyOfRange(body.bytes(), body.from(), body.to());
    }

    /**
     * The answer to a caller for whom DynamoDB was not asked, and who thus consumed nothing.
     *
     * @param index that was read; empty for the table itself
     */
    Answer toAnswer(
            CachedPage page,
            String table,
            String index,
            boolean global,
            Capacity capacity,
            CacheOutcome outcome,
            long ageMillis) {
        if (capacity == Capacity.NONE) {
            return new Answer(200, Bodies.wrap(page.body()), outcome, ageMillis, page.crc32(), null);
        }
        byte[] consumed = ZeroCapacity.of(table, capacity, index.isEmpty() ? null : index, global);
        byte[] body = ZeroCapacity.appended(page.body(), consumed);
        return new Answer(200, Bodies.wrap(body), outcome, ageMillis, Answer.CRC32_UNKNOWN, null);
    }

    private static byte[] joined(List<JsonSlice> members) {
        StringBuilder body = new StringBuilder("{");
        for (JsonSlice member : members) {
            body.append(body.length() == 1 ? "" : ",").append(member.text());
        }
        return body.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }
}
