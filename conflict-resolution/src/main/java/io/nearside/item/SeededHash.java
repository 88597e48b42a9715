package io.nearside.item;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * A keyed hash, SipHash-1-3, for bytes that somebody else chooses: without the process' secret nobody can find keys that share a
 * bucket or a stripe. Equal within a process only; never write it down or send it.
 *
 * <p>The system property {@value #SEED_PROPERTY} fixes the secret, so that seeded test runs can be repeated.
 */
public final class SeededHash {

    private static final String SEED_PROPERTY = "nearside.hash-seed";
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long K0;
    private static final long K1;

    static {
        Long fixed = Long.getLong(SEED_PROPERTY);
        SecureRandom random = new SecureRandom();
        K0 = fixed == null ? random.nextLong() : fixed;
        K1 = fixed == null ? random.nextLong() : ~fixed;
    }

    private SeededHash() {}

    /** The hash of all bytes. Allocates nothing. */
    public static int of(byte[] bytes) {
        long hash = of(bytes, K0, K1);
        return (int) (hash ^ hash >>> 32);
    }

    static long of(byte[] bytes, long k0, long k1) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        int words = bytes.length >>> 3;
        // One round for each word, the last of which holds the rest and the length; then three to finish.
        for (int i = 0; i < words + 4; i++) {
            long word = 0;
            if (i < words) {
                word = (long) LONGS.get(bytes, i << 3);
            } else if (i == words) {
                word = rest(bytes, words << 3);
            } else if (i == words + 1) {
                v2 ^= 0xff;
            }
            v3 ^= word;
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static long rest(byte[] bytes, int from) {
        long word = (long) bytes.length << 56;
        for (int i = from; i < bytes.length; i++) {
            word |= (bytes[i] & 0xffL) << ((i - from) << 3);
        }
        return word;
    }
}
