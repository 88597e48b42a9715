package io.nearside.local.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * DynamoDB Local for one or more regions, in one child JVM with a class path of its own, on loopback.
 *
 * <p>Each region is a database of its own behind a port of its own; any credentials and any region name in a request see
 * the same tables. The child ends with {@link #close()} and, whatever happens to this process, with this process. Its heap
 * is bounded to 256 MB. Safe for use from any thread.
 */
public final class EmbeddedDynamoDb implements AutoCloseable {
    private static final Duration CONTROL_TIMEOUT = Duration.ofSeconds(30);

    private final HostProcess process;
    private final List<Region> regions;
    private final int controlPort;
    private final HttpClient control =
            HttpClient.newBuilder().connectTimeout(CONTROL_TIMEOUT).build();

    private volatile @Nullable WriteListener listener;

    private EmbeddedDynamoDb(HostProcess process, List<Region> regions, int controlPort) {
        this.process = process;
        this.regions = regions;
        this.controlPort = controlPort;
        var hints = new Thread(() -> process.forwardHints(() -> listener), "dynamodb-host-hints");
        hints.setDaemon(true);
        hints.start();
    }

    /**
     * One region to serve.
     *
     * @param name names its data directory; at most letters, digits, {@code -} and {@code _}
     * @param port 0 for a free one
     */
    public record Region(String name, int port) {
        public Region {
            if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
                throw new IllegalArgumentException("name of a region: '" + name + "'");
            }
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port of region " + name + ": " + port);
            }
        }
    }

    /** Starts this many regions in memory, on free ports. */
    public static EmbeddedDynamoDb start(int regions) {
        return start(
                IntStream.range(0, regions)
                        .mapToObj(i -> new Region("region-" + i, 0))
                        .toList(),
                null);
    }

    /**
     * Starts the regions; returns when all of them answer.
     *
     * @param directory holds one directory of tables per region and is created if missing; null keeps them in memory
     * @throws PortInUseException if a port that was asked for is taken
     * @throws IllegalStateException if DynamoDB Local does not start, with what it said
     */
    public static EmbeddedDynamoDb start(List<Region> regions, @Nullable Path directory) {
        HostProcess process = HostProcess.start(directory, regions);
        String[] answer = process.answer().split(" ", 2);
        if (answer[0].equals("ready")) {
            int[] ports = Arrays.stream(answer[1].split(" "))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            List<Region> bound = IntStream.range(0, regions.size())
                    .mapToObj(i -> new Region(regions.get(i).name(), ports[i + 1]))
                    .toList();
            return new EmbeddedDynamoDb(process, bound, ports[0]);
        }
        process.stop();
        if (answer[0].equals("port-in-use")) {
            throw new PortInUseException(Integer.parseInt(answer[1]));
        }
        throw new IllegalStateException(
                "DynamoDB Local does not start: " + String.join(" ", answer) + "\n" + process.lastErrors());
    }

    /**
     * One instance with three regions for all tests of this JVM, started by the first who asks and stopped at exit. Tests that
     * share it choose table names of their own.
     */
    public static EmbeddedDynamoDb shared() {
        return Shared.INSTANCE;
    }

    /** The regions, in the order they were asked for, with the ports they have. */
    public List<Region> regions() {
        return regions;
    }

    /** Where region {@code index} answers, {@code http://127.0.0.1:PORT}. */
    public URI endpoint(int index) {
        return URI.create("http://127.0.0.1:" + regions.get(index).port());
    }

    /** From now on this one is told of writes, instead of any before; it is called from one thread and must not block. */
    public void tell(WriteListener listener) {
        this.listener = listener;
    }

    /** Process id of the child JVM. */
    public long pid() {
        return process.pid();
    }

    /** False once the child JVM has ended, for whatever reason. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Closes every open stream shard of region {@code index} and opens its child shard. */
    public void rollOverShards(int index) {
        control("/regions/" + index + "/rollover");
    }

    /**
     * Makes every stream record and shard of region {@code index} this much older: after 4 hours an open shard closes, after
     * 24 hours records are trimmed; DynamoDB Local does both in the background.
     *
     * @param age a whole number of milliseconds, not negative
     */
    public void dilateEventTimes(int index, Duration age) {
        control("/regions/" + index + "/dilate/" + age.toMillis());
    }

    /** Ends the child JVM; in-memory tables are gone. Calling it again does nothing. */
    @Override
    public void close() {
        process.stop();
    }

    private void control(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + controlPort + path))
                .timeout(CONTROL_TIMEOUT)
                .POST(BodyPublishers.noBody())
                .build();
        try {
            HttpResponse<String> response = control.send(request, BodyHandlers.ofString());
            if (response.statusCode() != 204) {
                throw new IllegalStateException(path + " answered " + response.statusCode() + " " + response.body());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("the control port of DynamoDB Local does not answer", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for DynamoDB Local", interrupted);
        }
    }

    /** Starts with its first use. */
    private static final class Shared {
        private static final EmbeddedDynamoDb INSTANCE = start(3);

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(INSTANCE::close, "stop-dynamodb"));
        }
    }
}
