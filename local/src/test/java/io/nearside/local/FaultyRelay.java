package io.nearside.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Stands between a replicator and its DynamoDB and makes the latter as unreliable as told. */
final class FaultyRelay implements AutoCloseable {
    private static final Set<String> HEADERS_OF_THE_CONNECTION =
            Set.of("host", "connection", "content-length", "transfer-encoding", "expect", "upgrade", "http2-settings");
    private static final int THROTTLED_PERCENT = 80;

    /** What DynamoDB does to its caller. */
    enum Fault {
        NONE,
        /** Most requests are answered as throttled. */
        THROTTLING,
        /** Every request is answered 503, or not at all. */
        REFUSING,
        /** Every iterator of a stream that is shown has expired. */
        EXPIRED_ITERATORS
    }

    static {
        // Else each answer waits 40 ms for the caller's acknowledgement of its headers.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final URI target;
    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "relay");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final SplittableRandom random;
    private final AtomicInteger injected = new AtomicInteger();
    private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
    private volatile Fault fault = Fault.NONE;

    private FaultyRelay(URI target, HttpServer server, long seed) {
        this.target = target;
        this.server = server;
        this.random = new SplittableRandom(seed);
    }

    static FaultyRelay start(URI target, long seed) {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            var relay = new FaultyRelay(target, server, seed);
            server.setExecutor(relay.executor);
            server.createContext("/", relay::handle);
            server.start();
            return relay;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void inject(Fault next) {
        injected.set(0);
        fault = next;
    }

    /** How many requests have suffered from the present fault. */
    int injected() {
        return injected.get();
    }

    /** How many requests of an operation there have been, repeated ones included. */
    int requests(String operation) {
        AtomicInteger count = requests.get(operation);
        return count == null ? 0 : count.get();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (!fails(exchange)) {
                pass(exchange, body);
            }
        }
    }

    private boolean fails(HttpExchange exchange) throws IOException {
        String operation = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
        requests.computeIfAbsent(operation.substring(operation.lastIndexOf('.') + 1), first -> new AtomicInteger())
                .incrementAndGet();
        boolean hit = switch (fault) {
            case NONE -> false;
            case THROTTLING -> percent() < THROTTLED_PERCENT;
            case REFUSING -> true;
            case EXPIRED_ITERATORS -> operation.endsWith(".GetRecords");
        };
        if (!hit) {
            return false;
        }
        injected.incrementAndGet();
        switch (fault) {
            case NONE -> {}
            case THROTTLING -> refuse(exchange, 400, "ProvisionedThroughputExceededException");
            case REFUSING -> {
                if (percent() < 50) {
                    refuse(exchange, 503, "ServiceUnavailable");
                }
            }
            case EXPIRED_ITERATORS -> refuse(exchange, 400, "ExpiredIteratorException");
        }
        return true;
    }

    private synchronized int percent() {
        return random.nextInt(100);
    }

    private static void refuse(HttpExchange exchange, int status, String type) throws IOException {
        byte[] answer = ("{\"__type\":\"com.amazonaws.dynamodb.v20120810#" + type + "\",\"message\":\"injected\"}")
                .getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
        exchange.sendResponseHeaders(status, answer.length);
        exchange.getResponseBody().write(answer);
    }

    private void pass(HttpExchange exchange, byte[] body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(target).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        forEach(exchange.getRequestHeaders(), request::header);
        try {
            HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
            forEach(answer.headers().map(), exchange.getResponseHeaders()::add);
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface HeaderSink {
        void accept(String name, String value);
    }

    private static void forEach(Map<String, List<String>> headers, HeaderSink sink) {
        headers.forEach((name, values) -> {
            if (!HEADERS_OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> sink.accept(name, value));
            }
        });
    }
}
