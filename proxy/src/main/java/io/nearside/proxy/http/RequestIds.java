package io.nearside.proxy.http;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * Makes up {@code x-amzn-RequestId} values of DynamoDB's form, 52 capitals and digits, for answers that DynamoDB was not
 * asked for. A random part per instance and a counter make them unique. Owned by one event loop.
 */
final class RequestIds {

    static final int LENGTH = 52;
    private static final int COUNTER_DIGITS = 13;
    private static final byte[] ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".getBytes(StandardCharsets.US_ASCII);

    private final byte[] template = new byte[LENGTH];
    private long counter;

    RequestIds(RandomGenerator random) {
        for (int i = 0; i < LENGTH - COUNTER_DIGITS; i++) {
            template[i] = ALPHABET[random.nextInt(ALPHABET.length)];
        }
    }

    AsciiString next() {
        byte[] id = new byte[LENGTH];
        next(id, 0);
        return new AsciiString(id, false);
    }

    /** Writes the next one, {@value #LENGTH} bytes. */
    void next(byte[] target, int offset) {
        long rest = ++counter;
        for (int i = LENGTH - 1; i >= LENGTH - COUNTER_DIGITS; i--) {
            template[i] = ALPHABET[(int) (rest & 31)];
            rest >>>= 5;
        }
        System.arraycopy(template, 0, target, offset, LENGTH);
    }
}
