package io.nearside.replicator.capture;

import java.time.Duration;

/**
 * How eagerly streams are tailed.
 *
 * @param pollInterval the longest pause between two polls of a shard that had records of late
 * @param idlePollInterval the longest pause between two polls of a shard that has had none for a while
 * @param discoveryInterval how often shards are listed, beyond each time that one ends
 * @param checkpointInterval the least time between two checkpoints of a shard
 * @param maxInFlight so many records of one shard may be under way before it is read on
 * @param maxBackoff the longest pause after repeated failures
 */
public record TailSettings(
        Duration pollInterval,
        Duration idlePollInterval,
        Duration discoveryInterval,
        Duration checkpointInterval,
        int maxInFlight,
        Duration maxBackoff) {

    public TailSettings {
        requirePositive("pollInterval", pollInterval);
        requirePositive("idlePollInterval", idlePollInterval);
        requirePositive("discoveryInterval", discoveryInterval);
        requirePositive("checkpointInterval", checkpointInterval);
        requirePositive("maxBackoff", maxBackoff);
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("maxInFlight must be at least 1: " + maxInFlight);
        }
    }

    /** The longest pause between two polls of any shard. */
    Duration longestPause() {
        return idlePollInterval.compareTo(pollInterval) < 0 ? pollInterval : idlePollInterval;
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }

    /** Polls and lists at these intervals, everything else as usual. */
    public static TailSettings of(Duration pollInterval, Duration idlePollInterval, Duration discoveryInterval) {
        return new TailSettings(
                pollInterval,
                idlePollInterval,
                discoveryInterval,
                Duration.ofSeconds(1),
                8_000,
                Duration.ofSeconds(10));
    }
}
