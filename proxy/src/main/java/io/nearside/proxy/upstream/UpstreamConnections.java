package io.nearside.proxy.upstream;

import com.github.benmanes.caffeine.cache.Ticker;
import io.nearside.proxy.operation.Answer;
import io.nearside.proxy.upstream.UpstreamException.Landing;
import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The kept-alive HTTP/1.1 connections to DynamoDB.
 *
 * <p>Every event loop has a pool of its own, so that an exchange never changes threads: with one pool for all, three of
 * five exchanges were seen to run on another event loop's connection. {@link UpstreamLimits} are divided among the
 * pools. Requests beyond those that may wait fail at once with {@link Landing#NOT_SENT}. Safe for use from any thread;
 * threads that are no event loops share one more pool.
 */
final class UpstreamConnections {

    private static final CharSequence CRC32 = HttpHeaders.createOptimized("x-amz-crc32");
    private static final CharSequence TARGET = HttpHeaders.createOptimized("X-Amz-Target");
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-amzn-requestid");

    /** Below the 30 s after which DynamoDB Local closes an idle connection, so that few writes meet a closing one. */
    private static final int KEEP_ALIVE_SECONDS = 20;

    private final Vertx vertx;
    private final UpstreamLimits limits;
    private final long connectTimeoutMillis;
    private final long requestTimeoutMillis;
    private final CrossOrigin crossOrigin = new CrossOrigin(Ticker.systemTicker());
    private final List<Pool> pools = new CopyOnWriteArrayList<>();
    private final LongAdder open = new LongAdder();
    private final LongAdder busy = new LongAdder();
    private final LongAdder waiting = new LongAdder();
    private final Pool poolOfOthers;
    private final FastThreadLocal<Pool> poolOfLoop = new FastThreadLocal<>() {
        @Override
        protected Pool initialValue() {
            return newPool();
        }
    };

    UpstreamConnections(Vertx vertx, UpstreamLimits limits) {
        this.vertx = vertx;
        this.limits = limits;
        this.connectTimeoutMillis = limits.connectTimeout().toMillis();
        this.requestTimeoutMillis = limits.requestTimeout().toMillis();
        this.poolOfOthers = newPool();
    }

    /**
     * One exchange; every failure is an {@link UpstreamException}.
     *
     * @param headers signed, or the caller's own
     * @param caller headers of the request that the exchange is made for; null if it is for the proxy itself
     */
    Future<UpstreamAnswer> exchange(
            Endpoint endpoint,
            HttpMethod method,
            String uri,
            MultiMap headers,
            @Nullable Buffer body,
            @Nullable MultiMap caller) {
        TraceContext.addTo(headers);
        CallerHeaders.addTo(headers, caller);
        waiting.increment();
        Pool pool = pool();
        AtomicInteger inUse = pool.inUse(endpoint);
        return request(
                        pool.client,
                        new RequestOptions()
                                .setMethod(method)
                                .setHost(endpoint.host())
                                .setPort(endpoint.port())
                                .setSsl(endpoint.tls())
                                .setURI(uri)
                                .setTraceOperation(headers.get(TARGET))
                                // Handed on as it is: Vert.x writes these headers and adds its own.
                                .setHeaders(headers)
                                .setConnectTimeout(connectTimeoutMillis)
                                .setIdleTimeout(requestTimeoutMillis))
                .onComplete(had -> waiting.decrement())
                .recover(failure -> Future.failedFuture(notSent(endpoint, inUse.get(), failure)))
                .compose(request -> {
                    busy.increment();
                    inUse.incrementAndGet();
                    return converse(endpoint, request, body, caller).onComplete(done -> {
                        inUse.decrementAndGet();
                        busy.decrement();
                    });
                });
    }

    private static Future<HttpClientRequest> request(HttpClient client, RequestOptions options) {
        try {
            return client.request(options);
        } catch (IllegalStateException closed) {
            // Vert.x throws where it otherwise fails the future, once the pool is closed.
            return Future.failedFuture(closed);
        }
    }

    CrossOrigin crossOrigin() {
        return crossOrigin;
    }

    ConnectionCounts counts() {
        return new ConnectionCounts(open.sum(), busy.sum(), waiting.sum());
    }

    /** Ends idle connections at once and busy ones when their answer is in, or when the time is up. */
    Future<Void> close(long graceMillis) {
        return Future.join(pools.stream()
                        .map(pool -> pool.client.shutdown(graceMillis, TimeUnit.MILLISECONDS))
                        .toList())
                .mapEmpty();
    }

    private Pool pool() {
        return Context.isOnEventLoopThread() ? poolOfLoop.get() : poolOfOthers;
    }

    private Pool newPool() {
        HttpClient client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setKeepAlive(true)
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setPipelining(false)
                        .setDecompressionSupported(false)
                        .setTcpNoDelay(true)
                        .setConnectTimeout(Math.toIntExact(connectTimeoutMillis)))
                .with(new PoolOptions()
                        .setHttp1MaxSize(limits.connectionsPerLoop())
                        .setMaxWaitQueueSize(limits.waitingRequestsPerLoop()))
                .withConnectHandler(connection -> {
                    open.increment();
                    connection.closeHandler(closed -> open.decrement());
                })
                .build();
        Pool pool = new Pool(client);
        pools.add(pool);
        return pool;
    }

    private Future<UpstreamAnswer> converse(
            Endpoint endpoint, HttpClientRequest request, @Nullable Buffer body, @Nullable MultiMap caller) {
        Future<HttpClientResponse> response = body == null ? request.send() : request.send(body);
        return response.compose(answer -> {
                    if (caller != null) {
                        crossOrigin.learn(caller, answer.headers());
                    }
                    return read(answer);
                })
                .recover(failure -> Future.failedFuture(new UpstreamException(
                        Landing.UNKNOWN, "No answer from DynamoDB at " + endpoint + ": " + reason(failure), failure)));
    }

    private static Future<UpstreamAnswer> read(HttpClientResponse response) {
        return response.body()
                .map(body -> new UpstreamAnswer(
                        response.statusCode(), body, crc32(response.getHeader(CRC32)), response.getHeader(REQUEST_ID)));
    }

    private static long crc32(@Nullable String header) {
        if (header == null) {
            return Answer.CRC32_UNKNOWN;
        }
        try {
            return Long.parseLong(header);
        } catch (NumberFormatException e) {
            return Answer.CRC32_UNKNOWN;
        }
    }

    /** @param inUse connections of the pool to the endpoint that wait for their answers */
    private UpstreamException notSent(Endpoint endpoint, int inUse, Throwable failure) {
        if (failure instanceof ConnectionPoolTooBusyException || inUse >= limits.connectionsPerLoop()) {
            return UpstreamException.overload(
                    "All of the proxy's connections to DynamoDB at " + endpoint
                            + " are in use; see upstream.connections and upstream.waiting-requests.",
                    failure);
        }
        return new UpstreamException(
                Landing.NOT_SENT, "DynamoDB at " + endpoint + " cannot be reached: " + reason(failure), failure);
    }

    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /** The connections of one event loop. */
    private static final class Pool {

        private final HttpClient client;
        private final Map<Endpoint, AtomicInteger> inUse = new ConcurrentHashMap<>();

        Pool(HttpClient client) {
            this.client = client;
        }

        /** How many connections to the endpoint wait for an answer. */
        AtomicInteger inUse(Endpoint endpoint) {
            return inUse.computeIfAbsent(endpoint, none -> new AtomicInteger());
        }
    }
}
