package io.nearside.proxy.upstream;

import io.nearside.proxy.operation.Operation;
import io.nearside.proxy.upstream.UpstreamException.Landing;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.VertxInternal;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;
import software.amazon.awssdk.regions.Region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Calls to an HTTP server that fails in every way a network does. */
class SignedUpstreamTest {

    private static final Buffer BODY = Buffer.buffer("{\"TableName\":\"t\"}");
    private static final Handler<HttpServerRequest> CUT =
            request -> request.body().onSuccess(body -> request.connection().close());
    private static final Handler<HttpServerRequest> SILENT = request -> {};

    private final Vertx vertx = Vertx.vertx();
    private final Deque<Handler<HttpServerRequest>> script = new ArrayDeque<>();
    private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
    private final AtomicInteger retries = new AtomicInteger();

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void bodyAndTarget_reachDynamoDbAsTheyAre_signed() {
        CompletableFuture<String> authorization = new CompletableFuture<>();
        script.add(request -> {
            authorization.complete(request.getHeader("Authorization") + " " + request.getHeader("X-Amz-Target"));
            request.response()
                    .putHeader("x-amzn-RequestId", "id")
                    .putHeader("x-amz-crc32", "7")
                    .end("{}");
        });
        SignedUpstream upstream = upstream(serve());

        UpstreamAnswer answer = get(upstream.send(Operation.GET_ITEM, BODY));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().toString()).isEqualTo("{}");
        assertThat(answer.requestId()).isEqualTo("id");
        assertThat(answer.crc32()).isEqualTo(7);
        assertThat(authorization.join())
                .contains("AWS4-HMAC-SHA256 Credential=A/", "/us-east-1/dynamodb/aws4_request")
                .endsWith(" DynamoDB_20120810.GetItem");
        assertThat(heard).containsExactly(BODY.toString());
    }

    @Test
    void write_cutOffAfterItWasSent_isNeverSentAgain() {
        script.add(CUT);
        script.add(ok());
        SignedUpstream upstream = upstream(serve());

        UpstreamException failure = failure(upstream.send(Operation.UPDATE_ITEM, BODY));

        assertThat(failure.landing()).isEqualTo(Landing.UNKNOWN);
        assertThat(heard).hasSize(1);
        assertThat(retries).hasValue(0);
    }

    @Test
    void write_answeredWithServerError_isNeverSentAgain() {
        script.add(status(500));
        script.add(ok());

        UpstreamAnswer answer = get(upstream(serve()).send(Operation.TRANSACT_WRITE_ITEMS, BODY));

        assertThat(answer.status()).isEqualTo(500);
        assertThat(heard).hasSize(1);
    }

    @Test
    void write_withoutAnswerInTime_mayHaveLanded() {
        script.add(SILENT);

        UpstreamException failure = failure(upstream(serve()).send(Operation.PUT_ITEM, BODY));

        assertThat(failure.landing()).isEqualTo(Landing.UNKNOWN);
    }

    @Test
    void unrecognizedOperation_cutOff_isTreatedAsAWrite() {
        script.add(CUT);
        script.add(ok());

        UpstreamException failure = failure(upstream(serve()).send(Operation.UNRECOGNIZED, BODY));

        assertThat(failure.landing()).isEqualTo(Landing.UNKNOWN);
        assertThat(heard).hasSize(1);
    }

    @Test
    void read_cutOffOnce_isAskedAgain() {
        script.add(CUT);
        script.add(ok());

        UpstreamAnswer answer = get(upstream(serve()).send(Operation.GET_ITEM, BODY));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(heard).hasSize(2);
        assertThat(retries).hasValue(1);
    }

    @Test
    void read_failingTwice_isGivenUp() {
        script.add(status(500));
        script.add(status(503));
        script.add(ok());

        UpstreamAnswer answer = get(upstream(serve()).send(Operation.QUERY, BODY));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(heard).hasSize(2);
    }

    @Test
    void read_throttled_isLeftToTheCaller() {
        script.add(status(400));
        script.add(ok());

        UpstreamAnswer answer = get(upstream(serve()).send(Operation.GET_ITEM, BODY));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(heard).hasSize(1);
    }

    @Test
    void anything_whereNobodyListens_wasNotSent() {
        HttpServer server = serve();
        URI endpoint = uri(server);
        server.close().toCompletionStage().toCompletableFuture().join();
        SignedUpstream upstream =
                upstream(endpoint, StaticCredentialsProvider.create(AwsBasicCredentials.create("A", "s")), 4, 4);

        UpstreamException refused = failure(upstream.send(Operation.PUT_ITEM, BODY));
        assertThat(refused.landing()).isEqualTo(Landing.NOT_SENT);
        assertThat(refused.isOverload()).isFalse();
        assertThat(failure(upstream.send(Operation.GET_ITEM, BODY)).landing()).isEqualTo(Landing.NOT_SENT);
        assertThat(retries).hasValue(2);
    }

    @Test
    void requestsBeyondTheQueue_failAtOnceUnsent() {
        SignedUpstream upstream =
                upstream(uri(serve()), StaticCredentialsProvider.create(AwsBasicCredentials.create("A", "s")), 1, 0);
        // The first request waits for credentials and goes on on an event loop, which has a pool of its own.
        get(upstream.send(Operation.GET_ITEM, BODY));
        heard.clear();
        script.add(SILENT);
        Future<UpstreamAnswer> one = upstream.send(Operation.PUT_ITEM, BODY);
        Future<UpstreamAnswer> other = upstream.send(Operation.PUT_ITEM, BODY);

        List<UpstreamException> failures = List.of(failure(one), failure(other));

        assertThat(failures)
                .extracting(UpstreamException::landing)
                .containsExactlyInAnyOrder(Landing.NOT_SENT, Landing.UNKNOWN);
        assertThat(failures).extracting(UpstreamException::isOverload).containsExactlyInAnyOrder(true, false);
        assertThat(failures)
                .filteredOn(failure -> failure.landing() == Landing.NOT_SENT)
                .allSatisfy(
                        failure -> assertThat(failure).hasRootCauseInstanceOf(ConnectionPoolTooBusyException.class));
        assertThat(heard).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void readThatWaitedInVainForAConnection_isOverloadAndNotQueuedAgain() {
        SignedUpstream upstream = upstream(
                uri(serve()),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("A", "s")),
                new UpstreamLimits(1, 4, Duration.ofMillis(200), Duration.ofSeconds(60), 1));
        get(upstream.send(Operation.GET_ITEM, BODY));
        heard.clear();
        script.add(SILENT);
        // One after the other: a connection that is still being made is not in use.
        upstream.send(Operation.GET_ITEM, BODY);
        await().until(() -> heard.size() == 1);

        UpstreamException failure = failure(upstream.send(Operation.GET_ITEM, BODY));

        assertThat(failure.landing()).isEqualTo(Landing.NOT_SENT);
        assertThat(failure.isOverload()).isTrue();
        assertThat(failure).hasMessageContaining("upstream.connections");
        assertThat(retries).hasValue(0);
    }

    @Test
    void exchanges_ofOneEventLoop_stayOnItAndReuseItsConnections() throws Exception {
        ConcurrentLinkedQueue<String> connections = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Boolean> stayed = new ConcurrentLinkedQueue<>();
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> {
                    connections.add(request.remoteAddress().toString());
                    request.response().end("{}");
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        SignedUpstream upstream = upstream(server);
        CountDownLatch ended = new CountDownLatch(4);
        for (int loop = 0; loop < 4; loop++) {
            Context context = ((VertxInternal) vertx).createEventLoopContext();
            context.runOnContext(start -> callInTurn(upstream, Thread.currentThread(), stayed, 50, ended));
        }

        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();

        assertThat(stayed).hasSize(200).containsOnly(true);
        // Two each: the next call starts within the last one's callback, before its connection is free again.
        assertThat(new HashSet<>(connections)).hasSizeLessThanOrEqualTo(8);
    }

    private static void callInTurn(
            SignedUpstream upstream, Thread loop, Collection<Boolean> stayed, int left, CountDownLatch ended) {
        if (left == 0) {
            ended.countDown();
            return;
        }
        upstream.send(Operation.GET_ITEM, BODY).onComplete(answer -> {
            stayed.add(answer.succeeded() && Thread.currentThread() == loop);
            callInTurn(upstream, loop, stayed, left - 1, ended);
        });
    }

    @Test
    void noCredentials_isAClearFailureAndNotSent() {
        IdentityProvider<AwsCredentialsIdentity> none = new IdentityProvider<>() {
            @Override
            public Class<AwsCredentialsIdentity> identityType() {
                return AwsCredentialsIdentity.class;
            }

            @Override
            public CompletableFuture<AwsCredentialsIdentity> resolveIdentity(ResolveIdentityRequest request) {
                return CompletableFuture.failedFuture(new IllegalStateException("no profile"));
            }
        };
        SignedUpstream upstream = upstream(uri(serve()), none, 4, 4);

        UpstreamException failure = failure(upstream.send(Operation.PUT_ITEM, BODY));

        assertThat(failure.landing()).isEqualTo(Landing.NOT_SENT);
        assertThat(failure).hasMessageContaining("credentials");
        assertThat(heard).isEmpty();
    }

    private SignedUpstream upstream(HttpServer server) {
        return upstream(uri(server), StaticCredentialsProvider.create(AwsBasicCredentials.create("A", "s")), 4, 4);
    }

    private SignedUpstream upstream(
            URI endpoint, IdentityProvider<? extends AwsCredentialsIdentity> provider, int connections, int waiting) {
        return upstream(
                endpoint,
                provider,
                new UpstreamLimits(connections, waiting, Duration.ofSeconds(5), Duration.ofSeconds(2), 1));
    }

    private SignedUpstream upstream(
            URI endpoint, IdentityProvider<? extends AwsCredentialsIdentity> provider, UpstreamLimits limits) {
        return new SignedUpstream(
                vertx,
                Region.US_EAST_1,
                Optional.of(endpoint),
                provider,
                limits,
                Clock.systemUTC(),
                new UpstreamObserver() {
                    @Override
                    public void attempted(
                            Operation operation,
                            @Nullable UpstreamAnswer answer,
                            @Nullable Throwable failure,
                            long elapsedNanos) {
                        assertThat(answer == null).isNotEqualTo(failure == null);
                    }

                    @Override
                    public void retried(Operation operation) {
                        retries.incrementAndGet();
                    }
                });
    }

    private HttpServer serve() {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> {
                    Handler<HttpServerRequest> next = script.isEmpty() ? ok() : script.poll();
                    request.body().onSuccess(body -> heard.add(body.toString()));
                    next.handle(request);
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        return server;
    }

    private static URI uri(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    private static Handler<HttpServerRequest> ok() {
        return status(200);
    }

    private static Handler<HttpServerRequest> status(int status) {
        return request -> request.body()
                .onSuccess(body -> request.response().setStatusCode(status).end("{}"));
    }

    private static UpstreamAnswer get(Future<UpstreamAnswer> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private static UpstreamException failure(Future<UpstreamAnswer> future) {
        try {
            UpstreamAnswer answer = get(future);
            throw new AssertionError("was answered: " + answer);
        } catch (CompletionException e) {
            if (e.getCause() instanceof UpstreamException failure) {
                return failure;
            }
            throw e;
        }
    }
}
