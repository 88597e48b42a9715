package io.nearside.proxy.cache;

import java.util.zip.CRC32;

/**
 * One page of a Query or Scan: the body of DynamoDB's answer as it goes on the wire, without its consumed capacity, and when it was
 * given. Nobody writes to its array after construction.
 */
public final class CachedPage {

    private final byte[] body;
    private final int crc32;
    private final boolean strong;
    private final int halfReadUnits;
    private final long readAtNanos;

    /**
     * @param body the answer's bytes; the caller gives them away
     * @param strong whether it comes from a strongly consistent read
     * @param readAtNanos the ticker's reading when DynamoDB's answer came
     */
    public CachedPage(byte[] body, boolean strong, long readAtNanos) {
        this.body = body;
        this.strong = strong;
        this.halfReadUnits = ReadUnits.ofPage(body);
        this.readAtNanos = readAtNanos;
        CRC32 crc = new CRC32();
        crc.update(body);
        this.crc32 = (int) crc.getValue();
    }

    /** The same page with less to be seen of it; the caller gives the bytes away. */
    public CachedPage showing(byte[] shown) {
        return new CachedPage(shown, strong, readAtNanos);
    }

    /** The answer's bytes, not to be written to. */
    public byte[] body() {
        return body;
    }

    /** CRC-32 of {@link #body}, 0 to 2^32-1. */
    public long crc32() {
        return Integer.toUnsignedLong(crc32);
    }

    /**
     * What DynamoDB would count at least for an eventually consistent read of this, in halves of a read request unit: of pages
     * that are filtered, counted or projected it reads more than can be seen.
     */
    public int halfReadUnits() {
        return halfReadUnits;
    }

    /** How long ago DynamoDB said this, in milliseconds, by the ticker's reading now. */
    public long ageMillis(long nowNanos) {
        return Math.max(0, (nowNanos - readAtNanos) / 1_000_000);
    }

    boolean isStrong() {
        return strong;
    }

    long readAtNanos() {
        return readAtNanos;
    }
}
