package io.nearside.version;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The version attribute of an item as it is stored: the version, and which single write by an applier put it there, if one did.
 *
 * <p>{@value #LENGTH} bytes: {@value #TYPE}, which says what this is; the version (12); the write id (8). Order is decided by the
 * version, which stands first, so a condition that compares with {@link #prefix} orders stamps as their versions. Bytes of another
 * length or type are no stamp: the item counts as unversioned.
 *
 * <p>An applier draws a new write id for every single write: its region (2 bytes), 47 random bits, and a one. So replication puts it
 * under a key once only, and whoever finds it there again after the item was removed knows that an application had read the item and put
 * it back. Where the item's own region gives a version to a write, the id that stood there stays, with a zero for its last bit, as the memory of
 * an applier's write that has been; it is all zeros where none is known.
 */
public record Stamp(Version version, long writeId) {

    /** Length of the binary form in bytes. */
    public static final int LENGTH = 1 + Version.LENGTH + Long.BYTES;

    /** The first byte of a stamp; another kind of mark on an item begins with another. */
    public static final byte TYPE = 1;

    private static final int REGION_SHIFT = 48;
    private static final long RANDOM_BITS = (1L << REGION_SHIFT) - 1;

    /** The stamp of a write that was made in the region whose item it is, and of which no applier's write is known. */
    public static Stamp of(Version version) {
        return new Stamp(version, 0);
    }

    /**
     * A write id of an applier.
     *
     * @param region the region it writes in
     * @param random any bits
     */
    public static long writeId(int region, long random) {
        return ((long) region << REGION_SHIFT) | (random & RANDOM_BITS) | 1;
    }

    /** Whether an applier of this region wrote what bears this write id. */
    public static boolean isApplied(long writeId, int region) {
        return (writeId & 1) == 1 && writeId >>> REGION_SHIFT == region;
    }

    /** The write id as the memory of an applier's write. */
    public static long remembered(long writeId) {
        return writeId & ~1;
    }

    /** Whether an applier of this region wrote it. */
    public boolean isAppliedIn(int region) {
        return isApplied(writeId, region);
    }

    /** Reads the binary form; null if the bytes are something else. */
    public static @Nullable Stamp ofBytes(byte[] bytes) {
        if (bytes.length != LENGTH || bytes[0] != TYPE) {
            return null;
        }
        return new Stamp(
                Version.ofBytes(Arrays.copyOfRange(bytes, 1, 1 + Version.LENGTH)),
                ByteBuffer.wrap(bytes).getLong(1 + Version.LENGTH));
    }

    /** The binary form, {@value #LENGTH} bytes. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(LENGTH)
                .put(TYPE)
                .put(version.toBytes())
                .putLong(writeId)
                .array();
    }

    /** What every stamp of this version begins with: not below it are exactly the stamps of this version and of higher ones. */
    public static byte[] prefix(Version version) {
        return ByteBuffer.allocate(1 + Version.LENGTH)
                .put(TYPE)
                .put(version.toBytes())
                .array();
    }
}
