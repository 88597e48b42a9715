package io.nearside.proxy.http;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nearside.proxy.RawHttp;
import io.nearside.proxy.TestProxy;
import io.nearside.proxy.metrics.ProxyMetrics;
import io.nearside.proxy.metrics.RequestMeters;
import io.nearside.proxy.operation.Answer;
import io.nearside.proxy.operation.CacheOutcome;
import io.nearside.proxy.operation.Operation;
import io.nearside.proxy.operation.Operations;
import io.nearside.proxy.operation.ReadyAnswers;
import io.nearside.proxy.upstream.CrossOrigin;
import io.nearside.proxy.upstream.Relay;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What goes wrong on the way of a request, errors of the virtual machine included, is answered with status 500. */
class DefectsTest {

    private static final Operations FINE = request -> Future.succeededFuture(
            new Answer(200, Buffer.buffer("{}"), CacheOutcome.BYPASS, 0, Answer.CRC32_UNKNOWN, null));

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void operation_thatThrowsAnError_isAnsweredAsADefect() {
        RawHttp.Response answer = answer(
                request -> {
                    throw new StackOverflowError("the test says so");
                },
                Optional.empty(),
                Tracing.PASSED_ON);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).contains("#InternalServerError");
    }

    @Test
    void operation_thatFailsWithAnErrorLater_isAnsweredAsADefect() {
        RawHttp.Response answer = answer(
                request -> vertx.timer(1).map(fired -> {
                    throw new AssertionError("the test says so");
                }),
                Optional.empty(),
                Tracing.PASSED_ON);

        assertThat(answer.status()).isEqualTo(500);
    }

    @Test
    void shortWay_thatThrowsAnError_leavesTheRequestToTheLongOne() {
        ReadyAnswers broken = request -> {
            throw new StackOverflowError("the test says so");
        };

        RawHttp.Response answer = answer(FINE, Optional.of(broken), Tracing.PASSED_ON);

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void answer_thatCannotBeWritten_isAnsweredAsADefect() {
        RawHttp.Response answer = answer(FINE, Optional.empty(), new Tracing() {
            @Override
            public void received(MultiMap headers) {}

            @Override
            public void answered(Operation operation, @Nullable Buffer body, Answer given) {
                throw new AssertionError("the test says so");
            }
        });

        assertThat(answer.status()).isEqualTo(500);
    }

    private RawHttp.Response answer(Operations operations, Optional<ReadyAnswers> ready, Tracing tracing) {
        ApiListener listener = new ApiListener(
                vertx,
                TestProxy.config(URI.create("http://127.0.0.1:1"), Map.of()).listen(),
                operations,
                ready,
                new NoRelay(),
                Optional.empty(),
                new RequestMeters(new ProxyMetrics(new SimpleMeterRegistry())),
                InstantSource.system(),
                Optional.empty(),
                tracing,
                0);
        listener.listen(1).toCompletionStage().toCompletableFuture().join();
        try {
            return RawHttp.send(
                    URI.create("http://127.0.0.1:" + listener.port()),
                    "POST",
                    "/",
                    Map.of(
                            "X-Amz-Target",
                            "DynamoDB_20120810.GetItem",
                            "Authorization",
                            "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request"),
                    "{}".getBytes(StandardCharsets.US_ASCII));
        } finally {
            listener.close(Duration.ofMillis(100))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        }
    }

    /** Nothing here is relayed. */
    private static final class NoRelay implements Relay {
        @Override
        public CrossOrigin crossOrigin() {
            return new CrossOrigin(Ticker.systemTicker());
        }

        @Override
        public Future<UpstreamAnswer> relay(HttpMethod method, String uri, MultiMap headers, @Nullable Buffer body) {
            return Future.failedFuture("not relayed");
        }

        @Override
        public Future<UpstreamAnswer> relaySigned(String target, Buffer body) {
            return Future.failedFuture("not relayed");
        }
    }
}
