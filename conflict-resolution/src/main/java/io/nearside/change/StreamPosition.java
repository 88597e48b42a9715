package io.nearside.change;

/**
 * Where in its region's stream a change was read.
 *
 * @param shard the shard's id
 * @param sequenceNumber decimal digits; comparable as a number, and only with others of the same shard
 */
public record StreamPosition(String shard, String sequenceNumber) {
    public StreamPosition {
        if (shard.isEmpty() || sequenceNumber.isEmpty()) {
            throw new IllegalArgumentException("a position names a shard and a sequence number");
        }
    }
}
