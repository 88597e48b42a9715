package io.nearside.proxy.http;

import io.nearside.proxy.operation.Answer;
import io.nearside.proxy.operation.CacheOutcome;
import io.nearside.proxy.operation.Operation;
import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/**
 * Writes answers: the body's bytes as they are, with the headers that DynamoDB sends and
 * {@code x-nearside-cache: <outcome>; age=<milliseconds>}. Owned by one event loop.
 */
final class AnswerWriter {

    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-amzn-RequestId");
    private static final CharSequence CRC = HttpHeaders.createOptimized("x-amz-crc32");
    private static final CharSequence CACHE = HttpHeaders.createOptimized("x-nearside-cache");
    private static final CharSequence CONTENT_TYPE = HttpHeaders.createOptimized("application/x-amz-json-1.0");
    private static final Map<CacheOutcome, AsciiString> AGELESS = new EnumMap<>(CacheOutcome.class);

    static {
        for (CacheOutcome outcome : CacheOutcome.values()) {
            AGELESS.put(outcome, AsciiString.of(outcome.label() + "; age=0"));
        }
    }

    private final RequestIds requestIds;
    private final HttpDate date;
    private final CRC32 crc32 = new CRC32();

    private final Drain drain;

    AnswerWriter(InstantSource wall, RandomGenerator random, Drain drain) {
        this.requestIds = new RequestIds(random);
        this.date = new HttpDate(wall);
        this.drain = drain;
    }

    /** Sends the answer; a caller that has gone is no error. */
    void write(HttpServerResponse response, Operation operation, Answer answer) {
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(answer.status());
        // Nothing has been set before, so adding is enough and spares the search for what to replace.
        MultiMap headers = response.headers();
        headers.add(HttpHeaders.CONTENT_TYPE, CONTENT_TYPE);
        headers.add(HttpHeaders.DATE, date.now());
        String requestId = answer.requestId();
        headers.add(REQUEST_ID, requestId == null ? requestIds.next() : requestId);
        headers.add(CRC, Long.toString(crc32(answer)));
        if (operation.dataPlane()) {
            headers.add(CACHE, cache(answer));
        }
        if (drain.begun()) {
            drain.answered();
            headers.add(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        response.end(answer.body());
    }

    private long crc32(Answer answer) {
        return answer.crc32() == Answer.CRC32_UNKNOWN ? compute(answer.body()) : answer.crc32();
    }

    private long compute(Buffer body) {
        crc32.reset();
        crc32.update(((BufferInternal) body).getByteBuf().nioBuffer());
        return crc32.getValue();
    }

    private static CharSequence cache(Answer answer) {
        CharSequence ageless = AGELESS.get(answer.outcome());
        if (answer.ageMillis() == 0 && ageless != null) {
            return ageless;
        }
        return answer.outcome().label() + "; age=" + answer.ageMillis();
    }
}
