package io.nearside.load.soak;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Stands between the proxies and DynamoDB and passes everything on, as it is or with a fault, as told. On one event loop
 * of its own; {@link #become} may be called from any thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A caller that has gone does not want to hear of it.
final class FaultyUpstream implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long DELAY_MILLIS = 300;
    private static final double THROTTLED_SHARE = 0.3;
    private static final double CUT_SHARE = 0.05;
    private static final String THROTTLED =
            "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException\","
                    + "\"message\":\"The level of configured provisioned throughput for the table was exceeded.\"}";

    private final Vertx vertx;
    private final HttpClient client;
    private final HttpServer server;
    private final URI backend;
    private final SplittableRandom random;
    private volatile Mode mode = Mode.WELL;

    /** What is wrong with it. */
    enum Mode {
        WELL,
        /** A third of all calls are answered that the table's throughput is exceeded. */
        THROTTLING,
        /** Every answer comes late. */
        SLOW,
        /** Some connections are cut before, some after DynamoDB has acted. */
        CUTTING
    }

    private FaultyUpstream(Vertx vertx, URI backend, long seed) {
        this.vertx = vertx;
        this.backend = backend;
        this.random = new SplittableRandom(seed);
        client = vertx.createHttpClient(
                new HttpClientOptions().setKeepAlive(true), new PoolOptions().setHttp1MaxSize(128));
        server = vertx.createHttpServer(new HttpServerOptions().setHandle100ContinueAutomatically(true))
                .requestHandler(this::handle);
    }

    /** Starts in front of {@code backend}, well. */
    static FaultyUpstream start(Vertx vertx, URI backend, long seed) {
        var upstream = new FaultyUpstream(vertx, backend, seed);
        await(upstream.server.listen(0, "127.0.0.1"));
        return upstream;
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    void become(Mode next) {
        mode = next;
    }

    private void handle(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            switch (mode) {
                case WELL -> pass(request, body);
                case THROTTLING -> {
                    if (random.nextDouble() < THROTTLED_SHARE) {
                        request.response()
                                .setStatusCode(400)
                                .putHeader("Content-Type", "application/x-amz-json-1.0")
                                .end(THROTTLED);
                    } else {
                        pass(request, body);
                    }
                }
                case SLOW -> vertx.setTimer(DELAY_MILLIS, fired -> pass(request, body));
                case CUTTING -> cut(request, body, random.nextDouble());
            }
        });
    }

    private void cut(HttpServerRequest request, Buffer body, double drawn) {
        if (drawn < CUT_SHARE) {
            request.connection().close();
        } else if (drawn < 2 * CUT_SHARE) {
            ask(request, body).onComplete(answered -> request.connection().close());
        } else {
            pass(request, body);
        }
    }

    private void pass(HttpServerRequest request, Buffer body) {
        ask(request, body)
                .onSuccess(answer -> {
                    var response = request.response().setStatusCode(answer.status());
                    response.putHeader("Content-Type", "application/x-amz-json-1.0");
                    if (!answer.crc32().isEmpty()) {
                        response.putHeader("x-amz-crc32", answer.crc32());
                    }
                    response.putHeader("x-amzn-RequestId", answer.requestId()).end(answer.body());
                })
                .onFailure(lost -> request.connection().close());
    }

    private record Answered(int status, Buffer body, String crc32, String requestId) {}

    private Future<Answered> ask(HttpServerRequest request, Buffer body) {
        var options = new RequestOptions()
                .setHost(backend.getHost())
                .setPort(backend.getPort())
                .setMethod(HttpMethod.POST)
                .setURI("/");
        for (var header : request.headers()) {
            if (!header.getKey().equalsIgnoreCase("content-length")) {
                options.addHeader(header.getKey(), header.getValue());
            }
        }
        return client.request(options)
                .compose(sending -> sending.send(body))
                .compose(answer -> answer.body()
                        .map(bytes -> new Answered(
                                answer.statusCode(),
                                bytes,
                                header(answer.getHeader("x-amz-crc32")),
                                header(answer.getHeader("x-amzn-RequestId")))));
    }

    private static String header(@org.jspecify.annotations.Nullable String value) {
        return value == null ? "" : value;
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("the faulty upstream: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        await(server.close());
        await(client.close());
    }
}
