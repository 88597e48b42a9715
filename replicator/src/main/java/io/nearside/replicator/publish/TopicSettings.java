package io.nearside.replicator.publish;

import java.time.Duration;

/**
 * How topics are made that are not there yet; topics that are there keep what they have.
 *
 * @param changesPartitions partitions of each table's changes, at least 1
 * @param invalidationsPartitions partitions of a region's invalidations, at least 1
 * @param controlPartitions how many processes of one region can share its tables, at least 1
 * @param replicationFactor copies of each partition; -1 leaves it to the brokers
 * @param changesRetention how long changes are kept: a region that is away for longer must be resynchronised
 */
public record TopicSettings(
        int changesPartitions,
        int invalidationsPartitions,
        int controlPartitions,
        short replicationFactor,
        Duration changesRetention) {

    /** The usual. */
    public static final TopicSettings DEFAULT = new TopicSettings(8, 4, 16, (short) -1, Duration.ofDays(7));

    public TopicSettings {
        requirePositive("changesPartitions", changesPartitions);
        requirePositive("invalidationsPartitions", invalidationsPartitions);
        requirePositive("controlPartitions", controlPartitions);
        if (replicationFactor != -1 && replicationFactor < 1) {
            throw new IllegalArgumentException("replicationFactor must be -1 or at least 1: " + replicationFactor);
        }
        if (changesRetention.isZero() || changesRetention.isNegative()) {
            throw new IllegalArgumentException("changesRetention must be positive: " + changesRetention);
        }
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1: " + value);
        }
    }
}
