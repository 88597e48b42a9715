package io.nearside.replicator.verify;

import io.nearside.item.ItemKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * A summary of (key, version) pairs in {@value #RANGES} ranges of the keys' hashes; equal sets have equal summaries, in whatever order
 * they are added.
 *
 * <p>Each range is the sum of the pairs' 64-bit hashes: one pair more, less or different shows with all but a chance of 2<sup>-64</sup>.
 * Not thread-safe.
 */
final class RowDigest {

    /** How many ranges there are; so many rows of a mismatch are looked at again as one range has. */
    static final int RANGES = 1024;

    private final long[] sums = new long[RANGES];
    private final MessageDigest sha256;
    private long rows;
    private long unstamped;

    RowDigest() {
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** @param mark the bytes that say which version it is; null if it is unstamped */
    void add(ItemKey key, byte @Nullable [] mark) {
        byte[] bytes = key.toBytes();
        rows++;
        if (mark == null) {
            unstamped++;
        }
        sha256.update(bytes);
        sums[range(key)] += ByteBuffer.wrap(sha256.digest(mark == null ? new byte[0] : mark))
                .getLong();
    }

    /** The range that a key is in; the same everywhere, as the key's stable hash is. */
    static int range(ItemKey key) {
        int hash = key.stableHash();
        return (hash ^ hash >>> 10 ^ hash >>> 20) & RANGES - 1;
    }

    long sum(int range) {
        return sums[range];
    }

    long rows() {
        return rows;
    }

    long unstamped() {
        return unstamped;
    }
}
