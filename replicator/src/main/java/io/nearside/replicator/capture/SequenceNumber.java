package io.nearside.replicator.capture;

import java.math.BigInteger;

/**
 * Where a record stands in its shard.
 *
 * <p>A number of up to 40 digits, whatever its spelling: DynamoDB Local pads with zeros, AWS does not. Two of them compare only if
 * they are of the same shard; across shards the order means nothing.
 *
 * @param digits as the stream spells it, which is how it is given back to the stream
 */
record SequenceNumber(String digits, BigInteger value) implements Comparable<SequenceNumber> {

    /**
     * @throws NumberFormatException if it is no number
     */
    static SequenceNumber of(String digits) {
        return new SequenceNumber(digits, new BigInteger(digits));
    }

    @Override
    public int compareTo(SequenceNumber other) {
        return value.compareTo(other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SequenceNumber that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return digits;
    }
}
