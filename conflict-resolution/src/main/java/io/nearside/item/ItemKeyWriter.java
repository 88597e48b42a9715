package io.nearside.item;

import java.util.Arrays;

/**
 * Builds canonical item keys from the raw values of a request, with no objects in between.
 *
 * <p>Use: {@link #reset()}, one {@code partition...} method, at most one {@code sort...} method, {@link #toKey()}; then again from
 * {@code reset()}. Once its buffer has grown to the longest key it met (at most {@value #MAX_LENGTH} bytes), it allocates nothing
 * but the resulting keys. Not safe for use from several threads: keep one per event loop.
 *
 * <p>A refused value ({@link InvalidKeyException}, {@link InvalidNumberException}) leaves the writer to be reset.
 */
public final class ItemKeyWriter {
    /** DynamoDB's limits for the values of key attributes, in bytes. */
    static final int MAX_PARTITION_BYTES = 2048;

    static final int MAX_SORT_BYTES = 1024;

    private static final int MAX_LENGTH = 3 + MAX_PARTITION_BYTES + 1 + MAX_SORT_BYTES;

    private final Decimal decimal = new Decimal();
    private byte[] buffer = new byte[128];
    private int length;
    private int partitionEnd;

    /** Forgets what was written. */
    public ItemKeyWriter reset() {
        length = 0;
        partitionEnd = 0;
        return this;
    }

    /** The partition key's value, a string without its JSON escapes. */
    public ItemKeyWriter partitionString(byte[] utf8, int offset, int count) {
        return partition(ItemKey.TAG_STRING, utf8, offset, count);
    }

    /** The partition key's value, a number in any spelling. */
    public ItemKeyWriter partitionNumber(byte[] ascii, int offset, int count) {
        startPartition(ItemKey.TAG_NUMBER, Decimal.MAX_ENCODED_LENGTH);
        decimal.parse(ascii, offset, count);
        length = decimal.encode(buffer, length);
        return endPartition();
    }

    /** The partition key's value, binary, decoded from base64. */
    public ItemKeyWriter partitionBinary(byte[] raw, int offset, int count) {
        return partition(ItemKey.TAG_BINARY, raw, offset, count);
    }

    /** The sort key's value, a string without its JSON escapes. */
    public ItemKeyWriter sortString(byte[] utf8, int offset, int count) {
        return sort(ItemKey.TAG_STRING, utf8, offset, count);
    }

    /** The sort key's value, a number in any spelling. */
    public ItemKeyWriter sortNumber(byte[] ascii, int offset, int count) {
        startSort(ItemKey.TAG_NUMBER, Decimal.MAX_ENCODED_LENGTH);
        decimal.parse(ascii, offset, count);
        length = decimal.encode(buffer, length);
        return this;
    }

    /** The sort key's value, binary, decoded from base64. */
    public ItemKeyWriter sortBinary(byte[] raw, int offset, int count) {
        return sort(ItemKey.TAG_BINARY, raw, offset, count);
    }

    /** The key written since {@link #reset()}. */
    public ItemKey toKey() {
        if (partitionEnd == 0) {
            throw new IllegalStateException("no partition key was written");
        }
        return ItemKey.trusted(Arrays.copyOf(buffer, length));
    }

    private ItemKeyWriter partition(byte tag, byte[] value, int offset, int count) {
        checkSize(count, MAX_PARTITION_BYTES, "hashkey");
        startPartition(tag, count);
        append(value, offset, count);
        return endPartition();
    }

    private void startPartition(byte tag, int room) {
        if (length != 0) {
            throw new IllegalStateException("the partition key comes first, and once");
        }
        ensureRoom(ItemKey.PARTITION_OFFSET + room);
        buffer[0] = tag;
        length = ItemKey.PARTITION_OFFSET;
    }

    private ItemKeyWriter endPartition() {
        int count = length - ItemKey.PARTITION_OFFSET;
        buffer[1] = (byte) (count >>> 8);
        buffer[2] = (byte) count;
        partitionEnd = length;
        return this;
    }

    private ItemKeyWriter sort(byte tag, byte[] value, int offset, int count) {
        checkSize(count, MAX_SORT_BYTES, "rangekey");
        startSort(tag, count);
        append(value, offset, count);
        return this;
    }

    private void startSort(byte tag, int room) {
        if (partitionEnd == 0 || length != partitionEnd) {
            throw new IllegalStateException("the sort key comes after the partition key, and once");
        }
        ensureRoom(1 + room);
        buffer[length++] = tag;
    }

    private static void checkSize(int count, int limit, String which) {
        if (count == 0) {
            throw new InvalidKeyException("One or more parameter values are not valid. The AttributeValue for a key "
                    + "attribute cannot contain an empty value.");
        }
        if (count > limit) {
            throw new InvalidKeyException("One or more parameter values were invalid: Size of " + which
                    + " has exceeded the maximum size limit of" + limit + " bytes");
        }
    }

    private void append(byte[] value, int offset, int count) {
        System.arraycopy(value, offset, buffer, length, count);
        length += count;
    }

    private void ensureRoom(int room) {
        if (buffer.length - length < room) {
            buffer = Arrays.copyOf(buffer, Math.max(length + room, Math.min(2 * buffer.length, MAX_LENGTH)));
        }
    }
}
