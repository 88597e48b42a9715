package io.nearside.proxy.operation;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * What goes back to the caller.
 *
 * @param status HTTP status, 100 to 599
 * @param body the bytes that go on the wire; shared with the cache, so nobody writes to them
 * @param outcome how the answer came about
 * @param ageMillis how long ago DynamoDB gave this answer; 0 unless it came from memory
 * @param crc32 CRC-32 of the body (0 to 2^32-1), or {@link #CRC32_UNKNOWN} to have it computed
 * @param requestId DynamoDB's {@code x-amzn-RequestId} of the call made for this request; null when none was made, and
 *     the edge then makes one up
 */
public record Answer(
        int status,
        Buffer body,
        CacheOutcome outcome,
        long ageMillis,
        long crc32,
        @Nullable String requestId) {

    /** The CRC-32 is not known and is computed when the answer is written. */
    public static final long CRC32_UNKNOWN = -1;

    public Answer {
        if (status < 100 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " is no HTTP status");
        }
    }

    /** The same answer with another body; itself if that is its own. */
    public Answer withBody(Buffer other) {
        return other == body ? this : new Answer(status, other, outcome, ageMillis, CRC32_UNKNOWN, requestId);
    }
}
