package io.nearside.load;

import io.nearside.load.peer.Bench;
import io.nearside.load.workload.KeyDistribution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options that all load commands share. */
final class RunOptions {
    @Option(
            names = "--connections",
            defaultValue = "64",
            description = "Connections kept open (default ${DEFAULT-VALUE}).")
    int connections;

    @Option(names = "--keys", defaultValue = "1000", description = "Items in the table (default ${DEFAULT-VALUE}).")
    int keys;

    @Option(
            names = "--item-bytes",
            defaultValue = "1024",
            description = "Size of an item, 100 to 400000 (default ${DEFAULT-VALUE}).")
    int itemBytes;

    @Option(
            names = "--distribution",
            defaultValue = "ZIPF",
            description = "Which keys are asked for: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    KeyDistribution distribution = KeyDistribution.ZIPF;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            description = "Rounds, targets alternating (default ${DEFAULT-VALUE}).")
    int rounds;

    @Option(
            names = "--warmup",
            defaultValue = "3",
            description = "Seconds before measuring, each round (default ${DEFAULT-VALUE}).")
    int warmupSeconds;

    @Option(
            names = "--seconds",
            defaultValue = "5",
            description = "Seconds measured, each round (default ${DEFAULT-VALUE}).")
    int seconds;

    @Option(names = "--seed", defaultValue = "1", description = "Of all random draws (default ${DEFAULT-VALUE}).")
    long seed;

    @Option(names = "--out", description = "Folder for the JSON file and the page (default load-tests/target/bench).")
    Path out = Path.of(System.getProperty("nearside.home", "."), "load-tests", "target", "bench");

    Duration warmup() {
        return Duration.ofSeconds(warmupSeconds);
    }

    Duration measured() {
        return Duration.ofSeconds(seconds);
    }

    Bench bench() {
        if (itemBytes < 100 || itemBytes > 400_000) {
            throw new IllegalArgumentException("--item-bytes must be from 100 to 400000, not " + itemBytes);
        }
        requireOne("--connections", connections);
        requireOne("--keys", keys);
        requireOne("--rounds", rounds);
        requireOne("--seconds", seconds);
        try {
            return new Bench(Files.createTempDirectory("nearside-bench"), keys, itemBytes);
        } catch (IOException e) {
            throw new UncheckedIOException("no place for temporary files", e);
        }
    }

    private static void requireOne(String option, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + " must be at least 1, not " + value);
        }
    }
}
