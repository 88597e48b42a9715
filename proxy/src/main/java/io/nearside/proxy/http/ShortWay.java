package io.nearside.proxy.http;

import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.metrics.Refusal;
import io.nearside.proxy.metrics.RequestMeters;
import io.nearside.proxy.operation.CacheOutcome;
import io.nearside.proxy.operation.Operation;
import io.nearside.proxy.operation.ReadyAnswer;
import io.nearside.proxy.operation.ReadyAnswers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the connections of one event loop share to answer hits without Vert.x: room for a request's bytes, the reader of heads,
 * the encoder of answers. Owned by one event loop.
 */
final class ShortWay {

    private static final Logger LOG = LoggerFactory.getLogger(ShortWay.class);

    /** Longest request that is looked at; a GetItem of the longest key with a session token is shorter. */
    static final int MOST_BYTES = 16 * 1024;

    private final ReadyAnswers answers;
    private final HitEncoder encoder;
    private final RequestMeters meters;
    private final AccessLog accessLog;
    private final Drain drain;
    private final byte[] bytes = new byte[MOST_BYTES];
    private final PlainHead head = new PlainHead();

    ShortWay(ReadyAnswers answers, HitEncoder encoder, RequestMeters meters, AccessLog accessLog, Drain drain) {
        this.answers = answers;
        this.encoder = encoder;
        this.meters = meters;
        this.accessLog = accessLog;
        this.drain = drain;
    }

    /** Reads the head of the request that begins where the buffer's reader stands, and leaves the reader there. */
    PlainHead.Form read(ByteBuf buffer) {
        int available = Math.min(buffer.readableBytes(), MOST_BYTES);
        buffer.getBytes(buffer.readerIndex(), bytes, 0, available);
        try {
            return head.read(bytes, available);
        } catch (Throwable e) {
            defect(e);
            return PlainHead.Form.OTHER;
        }
    }

    /** The head that was read last. */
    PlainHead head() {
        return head;
    }

    /** The answer to the request whose head was read last, all of which was in the buffer; null if it goes the long way. */
    @Nullable ByteBuf answer(ByteBufAllocator allocator) {
        if (accessLog.isDue() || drain.begun()) {
            return null;
        }
        long startedNanos = System.nanoTime();
        ByteBuf answer;
        try {
            ReadyAnswer ready = answers.getItem(new JsonSlice(bytes, head.length(), head.length() + head.bodyLength()));
            if (ready == null) {
                return null;
            }
            answer = encoder.encode(ready, allocator);
        } catch (Throwable e) {
            defect(e);
            return null;
        }
        meters.answered(Operation.GET_ITEM, CacheOutcome.HIT, 200, System.nanoTime() - startedNanos);
        accessLog.passed();
        return answer;
    }

    /** A defect here costs the short way only: the request goes the long way, where every one is answered. */
    private void defect(Throwable cause) {
        meters.refused(Refusal.DEFECT);
        LOG.atError().setCause(cause).log("The short way to a hit failed by a defect of the proxy");
    }
}
