package io.nearside.replicator.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The stacks of {@code nearside up} that run from one installation: each leaves a file there with its process and the admin ports of its
 * replicators, so that {@code nearside replication} finds them.
 *
 * <p>A file whose process has ended, or whose process id is another process's now, does not count.
 */
public final class RunningStacks {

    private final Path directory;

    /** @param home where Nearside is installed */
    public RunningStacks(Path home) {
        this.directory = home.resolve("target").resolve("running");
    }

    /** Those of the installation that the launcher started this process from; null if it did not. */
    public static @Nullable RunningStacks ofThisInstallation() {
        String home = System.getProperty("nearside.home");
        return home == null ? null : new RunningStacks(Path.of(home));
    }

    /** Says that this process runs a stack, until the file that is returned is deleted. */
    public Path add(List<URI> replicators) {
        ProcessHandle self = ProcessHandle.current();
        List<String> lines = new ArrayList<>();
        lines.add(started(self));
        replicators.forEach(replicator -> lines.add(replicator.toString()));
        try {
            Files.createDirectories(directory);
            return Files.write(directory.resolve(String.valueOf(self.pid())), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The admin port of the first region's replicator of each. */
    List<URI> firstReplicators() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted()
                    .map(RunningStacks::first)
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    private static Optional<URI> first(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            long pid = Long.parseLong(file.getFileName().toString());
            boolean runs = lines.size() > 1
                    && ProcessHandle.of(pid)
                            .filter(ProcessHandle::isAlive)
                            .map(RunningStacks::started)
                            .filter(lines.get(0)::equals)
                            .isPresent();
            return runs ? Optional.of(URI.create(lines.get(1))) : Optional.empty();
        } catch (IOException | IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    private static String started(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("unknown");
    }
}
