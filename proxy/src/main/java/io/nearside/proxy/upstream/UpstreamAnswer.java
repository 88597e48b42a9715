package io.nearside.proxy.upstream;

import io.nearside.proxy.operation.Answer;
import io.nearside.proxy.operation.CacheOutcome;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * DynamoDB's answer to one call.
 *
 * @param status HTTP status
 * @param body the answer's bytes
 * @param crc32 what {@code x-amz-crc32} said, or {@link Answer#CRC32_UNKNOWN}
 * @param requestId what {@code x-amzn-RequestId} said
 */
public record UpstreamAnswer(
        int status, Buffer body, long crc32, @Nullable String requestId) {

    /** An answer whose CRC-32 nobody has computed. */
    public UpstreamAnswer(int status, Buffer body, @Nullable String requestId) {
        this(status, body, Answer.CRC32_UNKNOWN, requestId);
    }

    /** Whether the call succeeded. */
    public boolean ok() {
        return status == 200;
    }

    /** This answer, unchanged, for the caller. */
    public Answer toAnswer(CacheOutcome outcome) {
        return new Answer(status, body, outcome, 0, crc32, requestId);
    }
}
