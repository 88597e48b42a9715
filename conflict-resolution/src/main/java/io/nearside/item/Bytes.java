package io.nearside.item;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/** An immutable string of bytes, ordered as DynamoDB orders Binary: byte by byte, unsigned, a prefix before what it begins. */
public final class Bytes implements Comparable<Bytes> {
    private final byte[] value;

    private Bytes(byte[] value) {
        this.value = value;
    }

    /** Takes a copy of the array. */
    public static Bytes copyOf(byte[] value) {
        return new Bytes(value.clone());
    }

    /** Takes a copy of a slice. */
    public static Bytes copyOf(byte[] value, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, value.length);
        return new Bytes(Arrays.copyOfRange(value, offset, offset + length));
    }

    /** Takes the array itself, without a copy: the caller never changes it again. */
    public static Bytes wrap(byte[] value) {
        return new Bytes(Objects.requireNonNull(value, "value"));
    }

    public int length() {
        return value.length;
    }

    /** A fresh copy. */
    public byte[] toByteArray() {
        return value.clone();
    }

    /** A read-only view, without a copy. */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(value).asReadOnlyBuffer();
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(value, other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    /** The length only: contents of items do not belong in logs. */
    @Override
    public String toString() {
        return value.length + " bytes";
    }
}
