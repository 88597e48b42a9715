package io.nearside.load.process;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a process may run: the server under test and the generator each get a core of their own, so that neither takes
 * the other's time. Without {@code taskset}, or with one core, nothing is pinned and the report says so.
 */
public enum CpuPinning {
    /** The first core: whatever is measured. */
    SERVER("0"),
    /** The second core: the generator. */
    GENERATOR("1"),
    /** Wherever the kernel likes: what a server under test needs behind it. */
    ANYWHERE("");

    private final String cpus;

    CpuPinning(String cpus) {
        this.cpus = cpus;
    }

    /** Whether this machine can pin. */
    public static boolean available() {
        return Runtime.getRuntime().availableProcessors() >= 2
                && Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .anyMatch(directory -> new File(directory, "taskset").canExecute());
    }

    /** The command that runs {@code command} there. */
    public List<String> wrap(List<String> command) {
        if (this == ANYWHERE || !available()) {
            return command;
        }
        var pinned = new ArrayList<>(List.of("taskset", "-c", cpus));
        pinned.addAll(command);
        return pinned;
    }
}
