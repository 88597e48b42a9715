package io.nearside.proxy.http;

import io.nearside.proxy.operation.CacheOutcome;
import io.nearside.proxy.operation.ReadyAnswer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Makes the bytes of hits: the headers that {@link AnswerWriter} writes, from a template in which a few places change, and the
 * cached bytes. Owned by one event loop.
 */
final class HitEncoder {

    private static final int DATE_LENGTH = "Thu, 01 Jan 1970 00:00:00 GMT".length();
    private static final byte[] TO_DATE =
            ascii("HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ndate: ");
    private static final byte[] TO_ID = ascii("\r\nx-amzn-RequestId: ");
    private static final byte[] TO_CRC = ascii("\r\nx-amz-crc32: ");
    private static final byte[] TO_AGE = ascii("\r\nx-nearside-cache: " + CacheOutcome.HIT.label() + "; age=");
    private static final byte[] TO_LENGTH = ascii("\r\ncontent-length: ");
    private static final byte[] END = ascii("\r\n\r\n");
    private static final int DATE = TO_DATE.length;
    private static final int ID = DATE + DATE_LENGTH + TO_ID.length;
    private static final int CRC = ID + RequestIds.LENGTH + TO_CRC.length;
    private static final int MOST_DIGITS = 20;

    private final RequestIds requestIds;
    private final HttpDate date;
    private final byte[] head = new byte[CRC + TO_AGE.length + TO_LENGTH.length + END.length + 3 * MOST_DIGITS];
    private int at;

    HitEncoder(InstantSource wall, RandomGenerator random) {
        this.requestIds = new RequestIds(random);
        this.date = new HttpDate(wall);
        append(TO_DATE);
        at = DATE + DATE_LENGTH;
        append(TO_ID);
        at = ID + RequestIds.LENGTH;
        append(TO_CRC);
    }

    /** The whole answer; the caller owns it. */
    ByteBuf encode(ReadyAnswer answer, ByteBufAllocator allocator) {
        AsciiString now = date.now();
        System.arraycopy(now.array(), now.arrayOffset(), head, DATE, DATE_LENGTH);
        requestIds.next(head, ID);
        byte[] body = answer.body();
        at = CRC;
        append(answer.crc32());
        append(TO_AGE);
        append(answer.ageMillis());
        append(TO_LENGTH);
        append(body.length);
        append(END);
        return allocator.directBuffer(at + body.length).writeBytes(head, 0, at).writeBytes(body);
    }

    private void append(byte[] text) {
        System.arraycopy(text, 0, head, at, text.length);
        at += text.length;
    }

    private void append(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = at + digits - 1; i >= at; i--) {
            head[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        at += digits;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
