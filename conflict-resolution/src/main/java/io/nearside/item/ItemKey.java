package io.nearside.item;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The canonical primary key of an item: one key, one sequence of bytes, however its values were spelled.
 *
 * <p>Form: type tag (the letter S, N or B), length of the partition key's value (2 bytes), the value; then, if there is a sort
 * key, its type tag and its value to the end. Strings are their UTF-8 bytes, binary is itself, numbers have the order-preserving
 * form of {@link DynamoNumber#toBytes}. So the unsigned order of two keys of one partition is DynamoDB's order of its items.
 * Keys of different partitions are ordered too, without meaning.
 *
 * <p>Immutable; the hash is computed once, and is this process' own, since callers choose keys.
 */
public final class ItemKey implements Comparable<ItemKey> {
    static final byte TAG_STRING = 'S';
    static final byte TAG_NUMBER = 'N';
    static final byte TAG_BINARY = 'B';
    static final int PARTITION_OFFSET = 3;

    private final byte[] bytes;
    private final int hash;

    private ItemKey(byte[] bytes) {
        this.bytes = bytes;
        this.hash = SeededHash.of(bytes);
    }

    /** Takes canonical bytes as they are, without a copy. */
    static ItemKey trusted(byte[] canonical) {
        return new ItemKey(canonical);
    }

    /**
     * The key of an item, or of key attributes alone.
     *
     * @throws InvalidKeyException if a key attribute is missing, or has another type, no bytes or too many; with DynamoDB's message
     */
    public static ItemKey of(KeySchema schema, Item itemOrKey) {
        ItemKeyWriter writer = new ItemKeyWriter();
        KeyAttribute sort = schema.sort();
        switch (schema.partition().type()) {
            case S -> {
                byte[] utf8 = string(schema.partition(), itemOrKey);
                writer.partitionString(utf8, 0, utf8.length);
            }
            case N -> {
                byte[] ascii = number(schema.partition(), itemOrKey);
                writer.partitionNumber(ascii, 0, ascii.length);
            }
            case B -> {
                byte[] raw = binary(schema.partition(), itemOrKey);
                writer.partitionBinary(raw, 0, raw.length);
            }
        }
        if (sort != null) {
            switch (sort.type()) {
                case S -> {
                    byte[] utf8 = string(sort, itemOrKey);
                    writer.sortString(utf8, 0, utf8.length);
                }
                case N -> {
                    byte[] ascii = number(sort, itemOrKey);
                    writer.sortNumber(ascii, 0, ascii.length);
                }
                case B -> {
                    byte[] raw = binary(sort, itemOrKey);
                    writer.sortBinary(raw, 0, raw.length);
                }
            }
        }
        return writer.toKey();
    }

    private static byte[] string(KeyAttribute attribute, Item item) {
        if (item.get(attribute.name()) instanceof AttributeValue.S value) {
            return value.value().getBytes(UTF_8);
        }
        throw mismatch(attribute, item);
    }

    private static byte[] number(KeyAttribute attribute, Item item) {
        if (item.get(attribute.name()) instanceof AttributeValue.N value) {
            return value.value().getBytes(UTF_8);
        }
        throw mismatch(attribute, item);
    }

    private static byte[] binary(KeyAttribute attribute, Item item) {
        if (item.get(attribute.name()) instanceof AttributeValue.B value) {
            return value.value().toByteArray();
        }
        throw mismatch(attribute, item);
    }

    private static InvalidKeyException mismatch(KeyAttribute attribute, Item item) {
        AttributeValue actual = item.get(attribute.name());
        return new InvalidKeyException(
                actual == null
                        ? "One of the required keys was not given a value"
                        : "One or more parameter values were invalid: Type mismatch for key " + attribute.name()
                                + " expected: " + attribute.type() + " actual: "
                                + actual.getClass().getSimpleName());
    }

    /**
     * The key with these canonical bytes.
     *
     * @throws InvalidKeyException if {@link #toBytes} never returns these bytes
     */
    public static ItemKey ofBytes(byte[] canonical) {
        ItemKey key = new ItemKey(canonical.clone());
        key.check();
        return key;
    }

    private void check() {
        if (bytes.length < PARTITION_OFFSET || bytes.length < partitionEnd()) {
            throw new InvalidKeyException("the bytes of a key end too early");
        }
        checkValue(bytes[0], PARTITION_OFFSET, partitionEnd(), ItemKeyWriter.MAX_PARTITION_BYTES);
        if (bytes.length > partitionEnd()) {
            checkValue(bytes[partitionEnd()], partitionEnd() + 1, bytes.length, ItemKeyWriter.MAX_SORT_BYTES);
        }
    }

    private void checkValue(byte tag, int from, int end, int limit) {
        if (end == from || end - from > limit) {
            throw new InvalidKeyException("a key's value has " + (end - from) + " bytes");
        }
        if (tag != TAG_STRING || !isAscii(from, end)) {
            value(tag, from, end);
        }
    }

    private boolean isAscii(int from, int end) {
        for (int i = from; i < end; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /** A copy of the canonical bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** The canonical bytes, read-only, without a copy. */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** How many bytes the key has. */
    public int length() {
        return bytes.length;
    }

    /** The key of the partition that the item is in: this key without its sort key. */
    public ItemKey partitionOnly() {
        return hasSort() ? new ItemKey(Arrays.copyOf(bytes, partitionEnd())) : this;
    }

    /** Whether there is a sort key. */
    public boolean hasSort() {
        return bytes.length > partitionEnd();
    }

    /**
     * Back to key attributes.
     *
     * @throws InvalidKeyException if the key was not made with a schema of this shape
     */
    public Item toItem(KeySchema schema) {
        AttributeValue partition = value(schema.partition(), bytes[0], PARTITION_OFFSET, partitionEnd());
        KeyAttribute sort = schema.sort();
        if (hasSort() != (sort != null)) {
            throw new InvalidKeyException("The provided key element does not match the schema");
        }
        return sort == null
                ? new Item(Map.of(schema.partition().name(), partition))
                : new Item(Map.of(
                        schema.partition().name(),
                        partition,
                        sort.name(),
                        value(sort, bytes[partitionEnd()], partitionEnd() + 1, bytes.length)));
    }

    private AttributeValue value(KeyAttribute attribute, byte tag, int from, int end) {
        if (tag != attribute.type().name().charAt(0)) {
            throw new InvalidKeyException("The provided key element does not match the schema");
        }
        return value(tag, from, end);
    }

    private AttributeValue value(byte tag, int from, int end) {
        return switch (tag) {
            case TAG_STRING -> new AttributeValue.S(utf8(from, end));
            case TAG_NUMBER -> new AttributeValue.N(number(from, end));
            case TAG_BINARY -> new AttributeValue.B(Bytes.copyOf(bytes, from, end - from));
            default -> throw new InvalidKeyException("a key's value has the unknown type tag " + tag);
        };
    }

    private String utf8(int from, int end) {
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, end - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidKeyException("a key's string is not UTF-8", e);
        }
    }

    private String number(int from, int end) {
        Decimal decimal = new Decimal();
        if (!decimal.decode(bytes, from, end - from)) {
            throw new InvalidKeyException("a key's number is not in canonical form");
        }
        return decimal.toPlainString();
    }

    private int partitionEnd() {
        return PARTITION_OFFSET + ((bytes[1] & 0xFF) << 8 | (bytes[2] & 0xFF));
    }

    @Override
    public int compareTo(ItemKey other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ItemKey that && hash == that.hash && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** A hash that is the same in every process and release: what processes compare with each other is made of it. */
    public int stableHash() {
        return Arrays.hashCode(bytes);
    }

    /** The stable hash only, enough to tell keys apart in a log: contents of items do not belong there. */
    @Override
    public String toString() {
        return "key#" + HexFormat.of().toHexDigits(stableHash());
    }
}
