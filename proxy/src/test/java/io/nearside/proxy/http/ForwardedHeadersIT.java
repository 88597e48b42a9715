package io.nearside.proxy.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.nearside.proxy.ProxyServer;
import io.nearside.proxy.RawHttp;
import io.nearside.proxy.TestProxy;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Headers on their way to DynamoDB and back, before a DynamoDB that remembers what it got and speaks to browsers as the real one does. */
class ForwardedHeadersIT {

    private static final String CREDENTIAL =
            "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request";
    private static final String TABLE = """
            {"Table":{"TableName":"seen","TableId":"id-1","TableStatus":"ACTIVE","CreationDateTime":1.7E9,
            "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}}""";
    private static final String GET = "{\"TableName\":\"seen\",\"Key\":{\"pk\":{\"S\":\"a\"}}}";
    private static final String PUT = "{\"TableName\":\"seen\",\"Item\":{\"pk\":{\"S\":\"b\"}}}";

    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private HttpServer dynamoDb;
    private ProxyServer proxy;

    private record Call(Headers headers, Buffer body) {
        String target() {
            return String.valueOf(headers.getFirst("X-Amz-Target"));
        }
    }

    @BeforeEach
    void start() throws IOException {
        dynamoDb = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        dynamoDb.createContext("/", this::answer);
        dynamoDb.start();
        proxy = TestProxy.start(
                URI.create("http://127.0.0.1:" + dynamoDb.getAddress().getPort()), "");
    }

    @AfterEach
    void stop() {
        proxy.close();
        dynamoDb.stop(0);
    }

    @Test
    void tracesAndUserAgent_reachDynamoDb() {
        ask(
                "GetItem",
                GET.getBytes(UTF_8),
                Map.of(
                        "X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793",
                        "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                        "baggage", "a=b",
                        "User-Agent", "aws-cli/2.0"));

        Headers seen = call("GetItem").headers();
        assertThat(seen.get("X-Amzn-Trace-Id")).containsExactly("Root=1-5759e988-bd862e3fe1be46a994272793");
        assertThat(seen.get("traceparent")).hasSize(1);
        assertThat(seen.get("baggage")).containsExactly("a=b");
        assertThat(seen.get("User-Agent")).singleElement().asString().matches("aws-cli/2\\.0 Nearside/\\S+");
        assertThat(call("DescribeTable").headers().getFirst("User-Agent")).startsWith("Nearside/");
    }

    @Test
    void compressedWrite_reachesDynamoDbAsItCame_andWhatWasCachedIsForgotten() throws IOException {
        ask("GetItem", GET.getBytes(UTF_8), Map.of());
        assertThat(ask("GetItem", GET.getBytes(UTF_8), Map.of()).header("x-nearside-cache"))
                .startsWith("hit");
        byte[] compressed = gzip(PUT);

        RawHttp.Response answer = ask("PutItem", compressed, Map.of("Content-Encoding", "gzip"));

        assertThat(answer.status()).isEqualTo(200);
        Call put = call("PutItem");
        assertThat(put.headers().get("Content-Encoding")).containsExactly("gzip");
        assertThat(put.body()).isEqualTo(Buffer.buffer(compressed));
        assertThat(ask("GetItem", GET.getBytes(UTF_8), Map.of()).header("x-nearside-cache"))
                .startsWith("miss");
    }

    @Test
    void bodyThatSaysItIsEncoded_isReadByDynamoDbAlone_evenIfItLooksPlain() {
        ask("GetItem", GET.getBytes(UTF_8), Map.of());

        ask("PutItem", PUT.getBytes(UTF_8), Map.of("Content-Encoding", "br"));
        RawHttp.Response read = ask("GetItem", GET.getBytes(UTF_8), Map.of("Content-Encoding", "br"));

        assertThat(read.header("x-nearside-cache")).startsWith("bypass");
        assertThat(call("PutItem").body()).isEqualTo(Buffer.buffer(PUT));
    }

    @Test
    void encodingThatIsNone_isServedFromTheCache() {
        ask("GetItem", GET.getBytes(UTF_8), Map.of());

        assertThat(ask("GetItem", GET.getBytes(UTF_8), Map.of("Content-Encoding", "amz-1.0"))
                        .header("x-nearside-cache"))
                .startsWith("hit");
    }

    @Test
    void browser_isToldOfHitsWhatItIsToldOfMisses() {
        Map<String, String> browser = Map.of("Origin", "https://app.example");
        ask("GetItem", GET.getBytes(UTF_8), Map.of());

        RawHttp.Response first = ask("GetItem", GET.getBytes(UTF_8), browser);
        RawHttp.Response second = ask("GetItem", GET.getBytes(UTF_8), browser);
        RawHttp.Response refused = ask("GetItem", "{".getBytes(UTF_8), browser);

        assertThat(second.header("x-nearside-cache")).startsWith("hit");
        for (RawHttp.Response answer : List.of(first, second, refused)) {
            assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
            assertThat(answer.header("access-control-expose-headers")).isEqualTo("x-amzn-RequestId");
        }
        assertThat(ask("GetItem", GET.getBytes(UTF_8), Map.of()).headers())
                .doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void webPage_thatReachesThePortUnderItsOwnName_isRefused_hitsIncluded() {
        ask("GetItem", GET.getBytes(UTF_8), Map.of());
        byte[] rebound = ("POST / HTTP/1.1\r\nHost: page.example:8000\r\nOrigin: http://page.example:8000\r\n"
                        + "X-Amz-Target: DynamoDB_20120810.GetItem\r\nAuthorization: " + CREDENTIAL
                        + "\r\nContent-Length: " + GET.length() + "\r\n\r\n" + GET)
                .getBytes(UTF_8);

        RawHttp.Response answer = RawHttp.exchange(TestProxy.endpoint(proxy), rebound);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("AccessDeniedException", "listen.hosts");
    }

    @Test
    void preflight_isDynamoDbsToAnswer() {
        RawHttp.Response answer = RawHttp.send(
                TestProxy.endpoint(proxy),
                "OPTIONS",
                "/",
                Map.of(
                        "Origin", "https://app.example",
                        "Access-Control-Request-Method", "POST",
                        "Access-Control-Request-Headers", "x-amz-target"),
                new byte[0]);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("access-control-allow-headers")).isEqualTo("x-amz-target");
        assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
    }

    private Call call(String operation) {
        return calls.stream()
                .filter(call -> call.target().endsWith("." + operation))
                .findFirst()
                .orElseThrow();
    }

    private RawHttp.Response ask(String operation, byte[] body, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("X-Amz-Target", "DynamoDB_20120810." + operation);
        headers.put("Authorization", CREDENTIAL);
        return RawHttp.send(TestProxy.endpoint(proxy), "POST", "/", headers, body);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(text.getBytes(UTF_8));
        }
        return compressed.toByteArray();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Call call = new Call(
                    exchange.getRequestHeaders(),
                    Buffer.buffer(exchange.getRequestBody().readAllBytes()));
            calls.add(call);
            if (exchange.getRequestHeaders().containsKey("Origin")) {
                exchange.getResponseHeaders().add("Access-Control-Allow-Origin", "*");
                exchange.getResponseHeaders().add("Access-Control-Expose-Headers", "x-amzn-RequestId");
            }
            String asked = exchange.getRequestHeaders().getFirst("Access-Control-Request-Headers");
            if (asked != null) {
                exchange.getResponseHeaders().add("Access-Control-Allow-Headers", asked);
            }
            String json = call.target().endsWith(".DescribeTable")
                    ? TABLE
                    : call.target().endsWith(".GetItem") ? "{\"Item\":{\"pk\":{\"S\":\"a\"}}}" : "{}";
            byte[] body = json.getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
