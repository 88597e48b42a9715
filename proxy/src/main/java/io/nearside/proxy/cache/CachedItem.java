package io.nearside.proxy.cache;

import io.nearside.version.Version;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What DynamoDB said about one key: the body of a GetItem answer as it goes on the wire, and when it was said.
 *
 * <p>The body is {@code {"Item":{...}}}, with the whole item and without the version attribute, or {@code {}} when there
 * was no item. Nobody writes to its array after construction; it is handed out as it is so that a hit copies nothing.
 */
public final class CachedItem {

    private static final byte[] ABSENT_BODY = "{}".getBytes(StandardCharsets.US_ASCII);
    private static final int ABSENT_CRC32 = crc32(ABSENT_BODY);

    private final byte[] body;
    private final int crc32;
    private final boolean strong;
    private final int halfReadUnits;
    private final int versionTail;
    private final long versionClock;
    private final long readAtNanos;

    private CachedItem(
            byte[] body, int crc32, int halfReadUnits, boolean strong, long readAtNanos, @Nullable Version version) {
        this.body = body;
        this.crc32 = crc32;
        this.halfReadUnits = halfReadUnits;
        this.strong = strong;
        this.readAtNanos = readAtNanos;
        this.versionClock = version == null ? 0 : version.clock();
        this.versionTail = version == null ? 0 : version.region() << Short.SIZE | version.writer();
    }

    /**
     * The answer for an item that exists.
     *
     * @param body the answer's bytes; the caller gives them away
     * @param version the item's version, if it carries one
     * @param strong whether the bytes come from a strongly consistent read or an acknowledged write
     * @param readAtNanos the ticker's reading when DynamoDB's answer came
     */
    public static CachedItem present(byte[] body, @Nullable Version version, boolean strong, long readAtNanos) {
        return new CachedItem(body, crc32(body), ReadUnits.ofItemAnswer(body), strong, readAtNanos, version);
    }

    /** The answer for a key that has no item; the parameters are those of {@link #present}. */
    public static CachedItem absent(boolean strong, long readAtNanos) {
        return new CachedItem(ABSENT_BODY, ABSENT_CRC32, 1, strong, readAtNanos, null);
    }

    /** The answer that this item is not there, said at the same time. */
    public CachedItem hidden() {
        return absent(strong, readAtNanos);
    }

    /** The answer's bytes, not to be written to. */
    public byte[] body() {
        return body;
    }

    /** CRC-32 of {@link #body}, 0 to 2^32-1. */
    public long crc32() {
        return Integer.toUnsignedLong(crc32);
    }

    /** What DynamoDB would count for an eventually consistent read of this, in halves of a read request unit. */
    public int halfReadUnits() {
        return halfReadUnits;
    }

    /** Whether there is no item under the key. */
    public boolean isAbsent() {
        return body == ABSENT_BODY;
    }

    /** How long ago DynamoDB said this, in milliseconds, by the ticker's reading now. */
    public long ageMillis(long nowNanos) {
        return Math.max(0, (nowNanos - readAtNanos) / 1_000_000);
    }

    /** The version that the item carried, or null. */
    public @Nullable Version version() {
        return versionClock == 0 ? null : new Version(versionClock, versionTail >>> Short.SIZE, versionTail & 0xFFFF);
    }

    /**
     * Whether this entry was read after the given version was committed, so that hearing of that commit says nothing
     * new.
     *
     * <p>Why this is safe: an invalidation carries a version only if its source saw that version <em>committed</em>,
     * that is, put on the item above the version it replaced and above the key's tombstone. Between such commits the
     * version of an item only grows, so an entry with version e &gt;= v that was read before the commit of v would need
     * the item's version to have fallen from e to below v in between. Only a write that copies or drops the version can
     * do that, and the stream record of such a write is announced without a version, before the commit of v (records of
     * one key keep their order), and removes the entry. An unchanged version says nothing either way, which is why an
     * application's write that leaves the version as it was must be announced without one. Where the entry carries no
     * version, or the reader may have been served by a lagging replica, there is doubt, and doubt removes.
     */
    boolean reflects(@Nullable Version committed) {
        Version own = version();
        return strong && own != null && committed != null && own.compareTo(committed) >= 0;
    }

    boolean isStrong() {
        return strong;
    }

    long readAtNanos() {
        return readAtNanos;
    }

    private static int crc32(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
