package io.nearside.load.replication;

import io.nearside.load.process.ChildProcess;
import io.nearside.load.process.CpuPinning;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;

import static java.net.http.HttpResponse.BodyHandlers.ofString;

/** {@code nearside up} in a process of its own, with two regions, ready until closed. */
final class TwoRegions implements AutoCloseable {
    /** As the launcher starts it for a user. */
    static final List<String> JVM_OPTIONS = List.of(
            "-Xms64m", "-Xmx512m", "-XX:MaxDirectMemorySize=128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static final Duration START = Duration.ofSeconds(90);
    private static final int PORTS_OF_A_REGION = 10;
    private static final int REPLICATOR_ADMIN = 3;

    private final ChildProcess process;
    private final int portBase;
    private final HttpClient http = HttpClient.newHttpClient();

    private TwoRegions(ChildProcess process, int portBase) {
        this.process = process;
        this.portBase = portBase;
    }

    /** @param more options of the command besides the port base */
    static TwoRegions start(Path directory, int portBase, String... more) {
        var jar = Path.of(System.getProperty("nearside.home", "."), "local", "target", "nearside-local.jar");
        var log = directory.resolve("up.log");
        var options = new ArrayList<>(JVM_OPTIONS);
        options.add("-Dnearside.home=" + System.getProperty("nearside.home", "."));
        var arguments = new ArrayList<>(List.of("up", "--port-base", String.valueOf(portBase)));
        arguments.addAll(List.of(more));
        var command = ChildProcess.jar(options, jar, arguments.toArray(String[]::new));
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

    /** Of the process and all that it started. */
    List<Long> pids() {
        return process.pids();
    }

    int proxyPort(int region) {
        return portBase + PORTS_OF_A_REGION * region;
    }

    int dynamoDbPort(int region) {
        return proxyPort(region) + 1;
    }

    /** Tells the replicator of a region to do something: {@code pause}, {@code resume}. */
    void operate(int region, String action) {
        admin(
                region,
                "/api/" + action,
                (request, none) -> request.header("x-nearside-action", action).POST(none));
    }

    /** Whether everything written in a region is in its change log, as its replicator says. */
    boolean isCaptured(int region) {
        var tables =
                new JsonObject(admin(region, "/api/status", (request, none) -> request.GET())).getJsonArray("tables");
        return tables.stream()
                .map(JsonObject.class::cast)
                .allMatch(table -> table.getLong("capture-lag-millis", 0L) == 0);
    }

    private String admin(
            int region,
            String path,
            BiFunction<HttpRequest.Builder, HttpRequest.BodyPublisher, HttpRequest.Builder> method) {
        var uri = URI.create("http://127.0.0.1:" + (proxyPort(region) + REPLICATOR_ADMIN) + path);
        try {
            var answer = http.send(
                    method.apply(HttpRequest.newBuilder(uri), BodyPublishers.noBody())
                            .build(),
                    ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(uri + " was answered " + answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException("the replicator does not answer at " + uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
