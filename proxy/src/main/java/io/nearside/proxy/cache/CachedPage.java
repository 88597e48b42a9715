package io.nearside.proxy.cache;

import java.util.zip.CRC32;

/**
 * One page of a Query: the body of DynamoDB's answer as it goes on the wire, without its consumed capacity, and when it was
 * given. Nobody writes to its array after construction.
 */
public final class CachedPage {

    private final byte[] body;
    private final int crc32;
    private final long readAtNanos;

    /**
     * @param body the answer's bytes; the caller gives them away
     * @param readAtNanos the ticker's reading when DynamoDB's answer came
     */
    public CachedPage(byte[] body, long readAtNanos) {
        this.body = body;
        this.readAtNanos = readAtNanos;
        CRC32 crc = new CRC32();
        crc.update(body);
        this.crc32 = (int) crc.getValue();
    }

    /** The answer's bytes, not to be written to. */
    public byte[] body() {
        return body;
    }

    /** CRC-32 of {@link #body}, 0 to 2^32-1. */
    public long crc32() {
        return Integer.toUnsignedLong(crc32);
    }

    /** How long ago DynamoDB said this, in milliseconds, by the ticker's reading now. */
    public long ageMillis(long nowNanos) {
        return Math.max(0, (nowNanos - readAtNanos) / 1_000_000);
    }

    long readAtNanos() {
        return readAtNanos;
    }
}
