package io.nearside.version;

import java.nio.ByteBuffer;

/**
 * The version of an item: when and where the write was made that left it so.
 *
 * <p>Twelve bytes, compared unsigned from the first, which is also how a DynamoDB condition compares them: hybrid logical clock (48
 * bits of milliseconds since the epoch, 16 bits of counter), region, writer. The order is total; two writers never make equal
 * versions, because each process draws its own writer id.
 *
 * @param clock milliseconds since the epoch in the upper 48 bits, a counter in the lower 16; unsigned
 * @param region the region's configured id, 0 to 65535: the same everywhere, never used again for another region
 * @param writer the process's own id, 0 to 65535, drawn when it starts
 */
public record Version(long clock, int region, int writer) implements Comparable<Version> {
    /** The default name of the Binary attribute that carries the version on an item. */
    public static final String ATTRIBUTE = "nearside:v";

    /** Length of the binary form in bytes. */
    public static final int LENGTH = 12;

    static final int COUNTER_BITS = 16;

    private static final int MAX_ID = 0xFFFF;

    public Version {
        checkId("region", region);
        checkId("writer", writer);
    }

    static void checkId(String name, int id) {
        if (id < 0 || id > MAX_ID) {
            throw new IllegalArgumentException(name + " must be from 0 to 65535: " + id);
        }
    }

    /**
     * Reads the binary form.
     *
     * @throws IllegalArgumentException if there are not {@value #LENGTH} bytes; any {@value #LENGTH} bytes are a version
     */
    public static Version ofBytes(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a version has " + LENGTH + " bytes, not " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Version(
                buffer.getLong(), Short.toUnsignedInt(buffer.getShort()), Short.toUnsignedInt(buffer.getShort()));
    }

    /** The binary form, {@value #LENGTH} bytes. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(LENGTH)
                .putLong(clock)
                .putShort((short) region)
                .putShort((short) writer)
                .array();
    }

    /** The wall-clock part, milliseconds since the epoch. */
    public long millis() {
        return clock >>> COUNTER_BITS;
    }

    /** The counter part, 0 to 65535. */
    public int counter() {
        return (int) clock & 0xFFFF;
    }

    /** Whether this version beats another. */
    public boolean isAbove(Version other) {
        return compareTo(other) > 0;
    }

    /**
     * The highest version below this one.
     *
     * @throws IllegalStateException if this is the lowest
     */
    public Version justBelow() {
        if (writer > 0) {
            return new Version(clock, region, writer - 1);
        }
        if (region > 0) {
            return new Version(clock, region - 1, MAX_ID);
        }
        if (clock == 0) {
            throw new IllegalStateException("there is no version below " + this);
        }
        return new Version(clock - 1, MAX_ID, MAX_ID);
    }

    @Override
    public int compareTo(Version other) {
        int byClock = Long.compareUnsigned(clock, other.clock);
        if (byClock != 0) {
            return byClock;
        }
        int byRegion = Integer.compare(region, other.region);
        return byRegion != 0 ? byRegion : Integer.compare(writer, other.writer);
    }

    /** {@code millis.counter@region/writer}. */
    @Override
    public String toString() {
        return millis() + "." + counter() + "@" + region + "/" + writer;
    }
}
