package io.nearside.replicator.capture;

/**
 * How capture works.
 *
 * @param nodeId names this process in what it publishes
 * @param versionAttribute the attribute that carries versions
 * @param tail how streams are tailed
 * @param publishes whether other regions take changes; otherwise caches are told of writes, and nothing is stamped or published
 * @param readers threads that poll shards and run scans, at least 1
 * @param workers records settled at the same time, at least 1
 * @param scanSegments parts of a table that are scanned at the same time, at least 1
 * @param scanRowsPerSecond the most rows that one segment's scan reads per second, at least 1
 */
public record CaptureSettings(
        String nodeId,
        String versionAttribute,
        TailSettings tail,
        boolean publishes,
        int readers,
        int workers,
        int scanSegments,
        int scanRowsPerSecond) {

    public CaptureSettings {
        requirePositive("readers", readers);
        requirePositive("workers", workers);
        requirePositive("scanSegments", scanSegments);
        requirePositive("scanRowsPerSecond", scanRowsPerSecond);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1: " + value);
        }
    }

    /** Tails as told, everything else as usual. */
    public static CaptureSettings of(String nodeId, String versionAttribute, TailSettings tail, boolean publishes) {
        return new CaptureSettings(nodeId, versionAttribute, tail, publishes, 8, 32, 4, 500);
    }
}
