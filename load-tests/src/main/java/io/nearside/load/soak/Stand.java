package io.nearside.load.soak;

import io.nearside.load.peer.Backend;
import io.nearside.load.peer.Bench;
import io.nearside.load.peer.Proxy;
import io.nearside.load.peer.RunningProxy;
import io.nearside.load.process.CpuPinning;
import io.nearside.load.workload.Requests;
import io.nearside.local.embedded.EmbeddedKafka;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

import static java.net.http.HttpResponse.BodyHandlers.ofString;

/**
 * Everything a soak run is made of: DynamoDB Local, something faulty before it, Kafka, the proxy that is watched, and
 * another node of the same region. Used by the run's own thread, except where said otherwise.
 */
final class Stand implements AutoCloseable {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    private final ArrayDeque<AutoCloseable> started = new ArrayDeque<>();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER_LIMIT)
            .build();
    private final int keys;
    private final int itemBytes;
    private final Backend backend;
    private final FaultyUpstream upstream;
    private final EmbeddedKafka kafka;
    private final RunningProxy watched;
    private final RunningProxy other;

    private Stand(Bench bench, String cacheWeight, List<String> jvm, long seed, IntConsumer filled) {
        keys = bench.keys();
        itemBytes = bench.itemBytes();
        backend = started(Backend.start(keys, itemBytes, filled));
        var vertx = Vertx.vertx();
        started.push(
                () -> vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS));
        upstream = started(FaultyUpstream.start(vertx, backend.endpoint(), seed));
        kafka = started(EmbeddedKafka.start());
        var configuration = "cache:\n  max-weight: " + cacheWeight + "\ncoherence:\n  kafka:\n    bootstrap-servers: "
                + kafka.bootstrapServers() + "\n";
        watched = started(Proxy.start(bench, upstream.endpoint(), configuration, jvm, CpuPinning.ANYWHERE));
        other = started(Proxy.start(bench, upstream.endpoint(), configuration, jvm, CpuPinning.ANYWHERE));
    }

    /** Starts everything; {@code filled} hears how many items are written. */
    static Stand start(Bench bench, String cacheWeight, List<String> jvm, long seed, IntConsumer filled) {
        return new Stand(bench, cacheWeight, jvm, seed, filled);
    }

    private <T extends AutoCloseable> T started(T part) {
        started.push(part);
        return part;
    }

    int keys() {
        return keys;
    }

    int itemBytes() {
        return itemBytes;
    }

    Backend backend() {
        return backend;
    }

    EmbeddedKafka kafka() {
        return kafka;
    }

    RunningProxy watched() {
        return watched;
    }

    /** DynamoDB in this mode for so long, then well again. */
    void upstreamFor(FaultyUpstream.Mode mode, Duration time) {
        upstream.become(mode);
        try {
            pause(time);
        } finally {
            upstream.become(FaultyUpstream.Mode.WELL);
        }
    }

    void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new IllegalStateException("interrupted");
            }
        }
    }

    void sendToOtherNode(String operation, String body) {
        try {
            send(other.port(), operation, body);
        } catch (IOException e) {
            throw new IllegalStateException("the other node does not answer", e);
        }
    }

    /** Asks the watched proxy; an answer of any status. Safe from any thread. */
    HttpResponse<String> ask(String operation, String body) throws IOException {
        return send(watched.port(), operation, body);
    }

    private HttpResponse<String> send(int port, String operation, String body) throws IOException {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port))
                .timeout(ANSWER_LIMIT)
                .header("Content-Type", "application/x-amz-json-1.0")
                .header("X-Amz-Target", "DynamoDB_20120810." + operation)
                .header("X-Amz-Date", "20260101T000000Z")
                .header("Authorization", Requests.AUTHORIZATION)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            return http.send(request, ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The watched proxy's metrics. */
    Scrape scrape() {
        try {
            return new Scrape(
                    send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + watched.adminPort() + "/metrics"))
                                    .timeout(ANSWER_LIMIT)
                                    .build())
                            .body());
        } catch (IOException e) {
            throw new IllegalStateException("the watched proxy's metrics do not answer", e);
        }
    }

    /** What the watched proxy holds, after a full collection. */
    Sample sample(long seconds) {
        watched.process().collectGarbage();
        var scrape = scrape();
        return new Sample(
                seconds,
                scrape.sum("jvm_memory_used_bytes", "area=\"heap\""),
                watched.process().residentBytes(),
                scrape.sum("jvm_threads_live_threads"),
                scrape.sum("process_files_open_files"),
                scrape.sum("nearside_proxy_cache_weight_bytes"),
                scrape.sum("nearside_proxy_bus_waiting"));
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                System.err.println("could not be stopped: " + e.getMessage());
            }
        }
    }
}
