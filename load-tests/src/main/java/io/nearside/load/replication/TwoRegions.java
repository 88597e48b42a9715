package io.nearside.load.replication;

import io.nearside.load.process.ChildProcess;
import io.nearside.load.process.CpuPinning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** {@code nearside up} in a process of its own, with two regions, ready until closed. */
final class TwoRegions implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final int PORTS_OF_A_REGION = 10;

    private final ChildProcess process;
    private final int portBase;

    private TwoRegions(ChildProcess process, int portBase) {
        this.process = process;
        this.portBase = portBase;
    }

    static TwoRegions start(Path directory, int portBase) {
        var jar = Path.of(System.getProperty("nearside.home", "."), "local", "target", "nearside-local.jar");
        var log = directory.resolve("up.log");
        var command = ChildProcess.jar(
                List.of("-Xmx512m", "-Dnearside.home=" + System.getProperty("nearside.home", ".")),
                jar,
                "up",
                "--port-base",
                String.valueOf(portBase));
        var process = ChildProcess.start("nearside up", CpuPinning.ANYWHERE, log, command);
        awaitReady(process, log);
        return new TwoRegions(process, portBase);
    }

    private static void awaitReady(ChildProcess process, Path log) {
        long deadline = System.nanoTime() + START.toNanos();
        while (!saysReady(log)) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                process.close();
                throw new IllegalStateException("nearside up did not get ready: " + process.lastLines());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private static boolean saysReady(Path log) {
        try {
            return Files.readAllLines(log).stream()
                    .anyMatch(line -> line.strip().startsWith("ready"));
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + log, e);
        }
    }

    int proxyPort(int region) {
        return portBase + PORTS_OF_A_REGION * region;
    }

    int dynamoDbPort(int region) {
        return proxyPort(region) + 1;
    }

    @Override
    public void close() {
        process.close();
    }
}
