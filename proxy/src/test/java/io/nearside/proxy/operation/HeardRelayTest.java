package io.nearside.proxy.operation;

import io.nearside.proxy.upstream.CrossOrigin;
import io.nearside.proxy.upstream.Relay;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.nearside.proxy.upstream.UpstreamException;
import io.nearside.proxy.upstream.UpstreamException.Landing;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Requests that no operation known here is meant by, which DynamoDB may carry out all the same. */
class HeardRelayTest {

    private static final Buffer BODY = Buffer.buffer("Action=PutItem");

    private final ProxyFixture f = new ProxyFixture();
    private final Scripted dynamoDb = new Scripted();
    private final Relay relay = f.operations.heard(dynamoDb);

    /** Answers every request alike. */
    private static final class Scripted implements Relay {

        private Future<UpstreamAnswer> next = answer(200);

        @Override
        public Future<UpstreamAnswer> relay(HttpMethod method, String uri, MultiMap headers, @Nullable Buffer body) {
            return next;
        }

        @Override
        public CrossOrigin crossOrigin() {
            throw new AssertionError("nobody asks");
        }

        @Override
        public Future<UpstreamAnswer> relaySigned(String target, Buffer body) {
            return next;
        }
    }

    static List<Function<Relay, Future<UpstreamAnswer>>> writes() {
        return Stream.<Function<Relay, Future<UpstreamAnswer>>>of(
                        relay -> relay.relay(
                                HttpMethod.POST, "/?X-Amz-Signature=x", MultiMap.caseInsensitiveMultiMap(), BODY),
                        relay -> relay.relay(HttpMethod.PUT, "/", MultiMap.caseInsensitiveMultiMap(), null),
                        relay -> relay.relaySigned("DynamoDB_20111205.PutItem", BODY),
                        relay -> relay.relaySigned("", BODY))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("writes")
    void relayed_andCarriedOut_makesTheCacheForgetEverything(Function<Relay, Future<UpstreamAnswer>> request) {
        f.cached();

        assertThat(request.apply(relay).result().status()).isEqualTo(200);

        assertThat(f.isCached()).isFalse();
        assertThat(f.announced).containsExactly("table orders");
    }

    @ParameterizedTest
    @MethodSource("writes")
    void relayed_withoutAnAnswer_makesTheCacheForgetEverything(Function<Relay, Future<UpstreamAnswer>> request) {
        f.cached();
        dynamoDb.next = failure(Landing.UNKNOWN);

        assertThat(request.apply(relay).failed()).isTrue();

        assertThat(f.isCached()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("writes")
    void relayed_andRefusedOrNotSent_costsNothing(Function<Relay, Future<UpstreamAnswer>> request) {
        f.cached();

        dynamoDb.next = answer(400);
        assertThat(request.apply(relay).result().status()).isEqualTo(400);
        dynamoDb.next = failure(Landing.NOT_SENT);
        assertThat(request.apply(relay).failed()).isTrue();

        assertThat(f.isCached()).isTrue();
        assertThat(f.announced).isEmpty();
    }

    @Test
    void healthCheck_answered_costsNothing() {
        f.cached();

        for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS)) {
            relay.relay(method, "/", MultiMap.caseInsensitiveMultiMap(), null);
        }

        assertThat(f.isCached()).isTrue();
    }

    private static Future<UpstreamAnswer> answer(int status) {
        return Future.succeededFuture(new UpstreamAnswer(status, Buffer.buffer("{}"), "id"));
    }

    private static Future<UpstreamAnswer> failure(Landing landing) {
        return Future.failedFuture(new UpstreamException(landing, "cut", new IOException("cut")));
    }
}
