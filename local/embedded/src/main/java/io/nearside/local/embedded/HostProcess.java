package io.nearside.local.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The child JVM seen from its parent: started, spoken to over its standard streams, ended by closing its input.
 *
 * <p>Its standard error is kept, the last {@value #KEPT_LINES} lines of it, for the message of a failed start.
 */
final class HostProcess {
    private static final int KEPT_LINES = 40;
    private static final long STOP_SECONDS = 5;
    private static final String MAIN = "io.nearside.local.host.HostMain";

    private final Process process;
    private final BufferedReader answers;
    private final Deque<String> lastErrors = new ArrayDeque<>();

    private HostProcess(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        var drain = new Thread(this::keepErrors, "dynamodb-host-errors");
        drain.setDaemon(true);
        drain.start();
    }

    static HostProcess start(@Nullable Path directory, List<EmbeddedDynamoDb.Region> regions) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms32m",
                "-Xmx256m",
                "-XX:MaxMetaspaceSize=128m",
                "-XX:ReservedCodeCacheSize=64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Djava.net.preferIPv4Stack=true",
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                HostClassPath.find(),
                MAIN,
                directory == null ? "-" : directory.toString()));
        regions.forEach(region -> command.add(region.name() + "=" + region.port()));
        try {
            return new HostProcess(new ProcessBuilder(command).start());
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot start the JVM for DynamoDB Local", failure);
        }
    }

    /** The child's one line; blocks until it comes. */
    String answer() {
        try {
            @Nullable String line = answers.readLine();
            if (line == null) {
                process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
                return "failed it ended at once";
            }
            return line;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read from the JVM of DynamoDB Local", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while DynamoDB Local starts", interrupted);
        }
    }

    /** Reads what the child says after its answer, until it ends; for one thread of its own. */
    void forwardHints(Supplier<@Nullable WriteListener> listener) {
        try {
            for (@Nullable String line = answers.readLine(); line != null; line = answers.readLine()) {
                @Nullable WriteListener hearing = listener.get();
                if (hearing != null) {
                    forward(line, hearing);
                }
            }
        } catch (IOException ended) {
            // So did the process.
        }
    }

    private static void forward(String line, WriteListener listener) {
        String[] words = line.split(" ");
        int region = Integer.parseInt(words[1]);
        if (words[0].equals("tables")) {
            listener.tablesChanged(region);
        } else {
            List<String> tables = List.of(words).subList(2, words.length);
            listener.written(region, tables.contains("*") ? Set.of() : Set.copyOf(tables));
        }
    }

    String lastErrors() {
        synchronized (lastErrors) {
            return String.join(System.lineSeparator(), lastErrors);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Closes the child's input and waits until it has gone; after {@value #STOP_SECONDS} s it is killed. */
    void stop() {
        try {
            process.outputWriter(StandardCharsets.UTF_8).close();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException alreadyGone) {
            process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void keepErrors() {
        try (BufferedReader errors = process.errorReader(StandardCharsets.UTF_8)) {
            errors.lines().forEach(this::keep);
        } catch (IOException | UncheckedIOException ended) {
            // So did the process.
        }
    }

    private void keep(String line) {
        synchronized (lastErrors) {
            if (lastErrors.size() == KEPT_LINES) {
                lastErrors.removeFirst();
            }
            lastErrors.addLast(line);
        }
    }
}
