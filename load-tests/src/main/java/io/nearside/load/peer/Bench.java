package io.nearside.load.peer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What every target of one run shares.
 *
 * @param directory for configuration files and logs of child processes
 * @param keys how many items the backend holds
 * @param itemBytes the size of each
 */
public record Bench(Path directory, int keys, int itemBytes) {
    /** Long enough for a JVM on a busy machine. */
    static final Duration START = Duration.ofSeconds(40);

    /** The same for every JVM under test: a small fixed heap, one collector, one event loop's worth of cores. */
    static final List<String> SERVER_JVM = List.of(
            "-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Dio.netty.leakDetection.level=disabled");

    Path file(String name) {
        return directory.resolve(name);
    }
}
