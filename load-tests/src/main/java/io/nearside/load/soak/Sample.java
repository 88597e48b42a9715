package io.nearside.load.soak;

import java.util.List;
import java.util.Locale;

/**
 * What a proxy held at one moment, after a calm phase.
 *
 * @param seconds since the run began
 * @param heapBytes heap used after a full collection
 * @param residentBytes of the process
 * @param threads alive
 * @param openFiles open file descriptors, connections included
 * @param cacheBytes the item cache by its own weighing
 * @param waiting announcements that Kafka has not taken yet
 */
record Sample(
        long seconds,
        double heapBytes,
        double residentBytes,
        double threads,
        double openFiles,
        double cacheBytes,
        double waiting) {
    static final List<String> COLUMNS = List.of(
            "seconds",
            "heap after GC, MiB",
            "resident, MiB",
            "threads",
            "open files",
            "cache, MiB",
            "waiting announcements");

    List<String> row() {
        return List.of(
                String.valueOf(seconds),
                mebibytes(heapBytes),
                mebibytes(residentBytes),
                String.format(Locale.ROOT, "%.0f", threads),
                String.format(Locale.ROOT, "%.0f", openFiles),
                mebibytes(cacheBytes),
                String.format(Locale.ROOT, "%.0f", waiting));
    }

    static String mebibytes(double bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / (1 << 20));
    }
}
