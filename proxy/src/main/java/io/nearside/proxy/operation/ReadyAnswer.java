package io.nearside.proxy.operation;

/** An answer from memory as it goes out, with status 200 and the outcome {@link CacheOutcome#HIT}. */
public final class ReadyAnswer {

    private final byte[] body;
    private final long crc32;
    private final long ageMillis;

    /**
     * @param body the answer's bytes, which nobody writes to
     * @param crc32 of the body, 0 to 2^32-1
     * @param ageMillis how long ago DynamoDB said this
     */
    public ReadyAnswer(byte[] body, long crc32, long ageMillis) {
        this.body = body;
        this.crc32 = crc32;
        this.ageMillis = ageMillis;
    }

    /** The answer's bytes, not to be written to. */
    public byte[] body() {
        return body;
    }

    /** CRC-32 of {@link #body}, 0 to 2^32-1. */
    public long crc32() {
        return crc32;
    }

    /** How long ago DynamoDB said this, in milliseconds. */
    public long ageMillis() {
        return ageMillis;
    }
}
