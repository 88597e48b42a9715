package io.nearside.load.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A process that this one started and will end. Its output goes to a log file; a start that fails quotes the end of it.
 * Single use, not thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
    private static final Duration STOP_GRACE = Duration.ofSeconds(10);
    private static final Path OWN_JDK = Path.of(System.getProperty("java.home"));

    private final String name;
    private final Process process;
    private final Path log;

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** Starts {@code command} with its output going to {@code log}. */
    public static ChildProcess start(String name, CpuPinning pinning, Path log, List<String> command) {
        try {
            var process = new ProcessBuilder(pinning.wrap(command))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            var child = new ChildProcess(name, process, log);
            Runtime.getRuntime().addShutdownHook(new Thread(child::kill, "stop-" + name));
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException("could not start " + name, e);
        }
    }

    /** Runs {@code command} to its end, its complaints going where this process's go, and returns what it printed. */
    public static String output(List<String> command) throws IOException, InterruptedException {
        return output(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
    }

    /** Runs {@code command} to its end and is silent about what it says, unless it fails. */
    public static void runQuietly(List<String> command) throws IOException, InterruptedException {
        output(new ProcessBuilder(command).redirectErrorStream(true));
    }

    private static String output(ProcessBuilder builder) throws IOException, InterruptedException {
        var process = builder.start();
        var printed = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IllegalStateException(
                    "ended with exit code " + exit + ": " + String.join(" ", builder.command()) + ": " + printed);
        }
        return printed;
    }

    /** A JVM with this process's class path that runs {@code mainClass}. */
    public static List<String> java(List<String> jvmOptions, Class<?> mainClass, String... arguments) {
        return java(OWN_JDK, jvmOptions, mainClass, arguments);
    }

    /** The same with another JDK. */
    public static List<String> java(Path jdk, List<String> jvmOptions, Class<?> mainClass, String... arguments) {
        var program = List.of("-cp", System.getProperty("java.class.path"), mainClass.getName());
        return java(jdk, jvmOptions, program, arguments);
    }

    /** A JVM that runs {@code jar}, as a user would. */
    public static List<String> jar(List<String> jvmOptions, Path jar, String... arguments) {
        return java(OWN_JDK, jvmOptions, List.of("-jar", jar.toString()), arguments);
    }

    private static List<String> java(Path jdk, List<String> jvmOptions, List<String> program, String... arguments) {
        var command = new ArrayList<String>();
        command.add(jdk.resolve("bin/java").toString());
        command.addAll(jvmOptions);
        command.addAll(program);
        command.addAll(List.of(arguments));
        return command;
    }

    /** A loopback port that was free a moment ago. */
    public static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }

    /** Waits until something listens on {@code port} of this machine. */
    public void awaitPort(int port, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!listens(port)) {
            if (!process.isAlive()) {
                throw new IllegalStateException(name + " ended at start: " + lastLines());
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(name + " does not listen on port " + port + ": " + lastLines());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static boolean listens(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The process's id and those of all its descendants. */
    public List<Long> pids() {
        return Stream.concat(Stream.of(process.pid()), process.descendants().map(ProcessHandle::pid))
                .toList();
    }

    /** Resident memory of the process and its descendants, in bytes. */
    public long residentBytes() {
        return pids().stream().mapToLong(ProcessFigures::residentBytes).sum();
    }

    /** Has its JVM do a full collection, by the JDK's {@code jcmd}. */
    public void collectGarbage() {
        var jcmd = List.of(OWN_JDK.resolve("bin/jcmd").toString(), String.valueOf(process.pid()), "GC.run");
        try {
            runQuietly(jcmd);
        } catch (IOException e) {
            throw new UncheckedIOException("a JDK is needed, for its jcmd", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The end of what it said. */
    public String lastLines() {
        try {
            var lines = Files.readAllLines(log);
            return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        } catch (IOException e) {
            return "its log " + log + " could not be read";
        }
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void close() {
        closeWithin(STOP_GRACE);
    }

    /** Asks it to end, and kills it after {@code grace}. */
    public void closeWithin(Duration grace) {
        process.destroy();
        try {
            if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
