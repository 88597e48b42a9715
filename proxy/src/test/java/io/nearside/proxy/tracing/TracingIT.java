package io.nearside.proxy.tracing;

import io.nearside.proxy.ProxyServer;
import io.nearside.proxy.RawHttp;
import io.nearside.proxy.TestProxy;
import io.nearside.proxy.tracing.OtlpReceiver.Span;
import io.nearside.proxy.tracing.RecordingDynamoDb.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The caller's trace goes on to DynamoDB, and with {@code tracing.endpoint} the proxy adds its spans to it. */
class TracingIT {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "b7ad6b7169203331";
    private static final String PARENT = "00-" + TRACE + "-" + CALLER + "-01";
    private static final String NOT_SAMPLED = "00-" + TRACE + "-" + CALLER + "-00";

    private static RecordingDynamoDb dynamoDb;

    @BeforeAll
    static void start() throws IOException {
        dynamoDb = new RecordingDynamoDb();
    }

    @AfterAll
    static void stop() {
        dynamoDb.close();
    }

    @Test
    void withoutTracing_theCallersContextIsPassedOnAsItIs_andNoneIsMade() {
        try (ProxyServer proxy = TestProxy.start(dynamoDb.endpoint(), "")) {
            assertThat(upstream(proxy, "p1", Map.of("traceparent", PARENT, "tracestate", "vendor=1,other=2")))
                    .isEqualTo(new Call(List.of(PARENT), List.of("vendor=1,other=2")));
            assertThat(upstream(proxy, "p2", Map.of("TraceParent", NOT_SAMPLED)))
                    .isEqualTo(new Call(List.of(NOT_SAMPLED), List.of()));
            assertThat(upstream(proxy, "p3", Map.of())).isEqualTo(new Call(List.of(), List.of()));
            assertThat(upstream(proxy, "p4", Map.of("tracestate", "alone=1")))
                    .isEqualTo(new Call(List.of(), List.of()));
        }
    }

    @Test
    void withTracing_spansOfRequestAndCall_continueTheCallersTrace() throws IOException {
        List<Span> spans;
        Call call;
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            try (ProxyServer proxy = TestProxy.start(
                    dynamoDb.endpoint(), "tracing: {endpoint: '" + receiver.endpoint() + "', sample-ratio: 0}")) {
                upstream(proxy, "warm", Map.of());
                call = upstream(proxy, "t1", Map.of("traceparent", PARENT, "tracestate", "vendor=1"));
                assertThat(get(proxy, "t1", Map.of("traceparent", PARENT)).header("x-nearside-cache"))
                        .startsWith("hit");
                get(proxy, "t2", Map.of("traceparent", NOT_SAMPLED));
            }
            // Closing sends what waits.
            spans = receiver.spans();
        }

        assertThat(spans).extracting(Span::trace).containsOnly(TRACE);
        Span miss = only(spans, 2, "miss");
        Span hit = only(spans, 2, "hit");
        assertThat(spans.stream().filter(span -> span.kind() == 3)).hasSize(1);
        Span sent = spans.stream().filter(span -> span.kind() == 3).findFirst().orElseThrow();
        assertThat(miss.name()).isEqualTo("GetItem traced");
        assertThat(miss.parent()).isEqualTo(CALLER);
        assertThat(miss.attributes())
                .containsEntry("db.system.name", "aws.dynamodb")
                .containsEntry("db.operation.name", "GetItem")
                .containsEntry("db.collection.name", "traced");
        assertThat(hit.parent()).isEqualTo(CALLER);
        assertThat(sent.parent()).isEqualTo(miss.id());
        assertThat(sent.name()).isEqualTo("DynamoDB_20120810.GetItem");
        assertThat(call).isEqualTo(new Call(List.of("00-" + TRACE + "-" + sent.id() + "-01"), List.of("vendor=1")));
        assertThat(spans.toString()).doesNotContain("secret-t1");
    }

    @Test
    void withTracing_aShareOfTheTracesBeginsHere_andAnAbsentReceiverHurtsNobody() throws IOException {
        Set<String> traces;
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            try (ProxyServer proxy = TestProxy.start(
                    dynamoDb.endpoint(), "tracing: {endpoint: '" + receiver.endpoint() + "', sample-ratio: 1}")) {
                for (int i = 0; i < 3; i++) {
                    get(proxy, "s" + i, Map.of());
                }
            }
            traces = receiver.spans().stream().map(Span::trace).collect(Collectors.toSet());
        }
        assertThat(traces).hasSize(3);

        try (ProxyServer proxy = TestProxy.start(
                dynamoDb.endpoint(), "tracing: {endpoint: 'http://127.0.0.1:1/v1/traces', sample-ratio: 1}")) {
            assertThat(get(proxy, "absent", Map.of()).status()).isEqualTo(200);
        }
    }

    private static Span only(List<Span> spans, int kind, String cache) {
        List<Span> found = spans.stream()
                .filter(span ->
                        span.kind() == kind && cache.equals(span.attributes().get("nearside.cache")))
                .toList();
        assertThat(found).as(cache + " among " + spans).hasSize(1);
        return found.get(0);
    }

    /** The call that the request leads to. */
    private static Call upstream(ProxyServer proxy, String key, Map<String, String> headers) {
        int before = dynamoDb.calls().size();
        assertThat(get(proxy, key, headers).status()).isEqualTo(200);
        List<Call> calls = dynamoDb.calls();
        assertThat(calls).hasSize(before + 1);
        return calls.get(before);
    }

    private static RawHttp.Response get(ProxyServer proxy, String key, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("X-Amz-Target", "DynamoDB_20120810.GetItem");
        headers.put("Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request");
        String body = "{\"TableName\":\"traced\",\"Key\":{\"pk\":{\"S\":\"secret-" + key + "\"}}}";
        return RawHttp.send(TestProxy.endpoint(proxy), "POST", "/", headers, body.getBytes(StandardCharsets.UTF_8));
    }
}
