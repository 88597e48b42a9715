package io.nearside.proxy.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.nearside.proxy.ProxyServer;
import io.nearside.proxy.RawHttp;
import io.nearside.proxy.TestProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** A proxy before a DynamoDB that carries out whatever it is sent, as newer and older ones may. */
class UnheardRequestsIT {

    private static final String CREDENTIAL =
            "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request";
    private static final String TABLE = """
            {"Table":{"TableName":"orders","TableId":"id-1","TableStatus":"ACTIVE","CreationDateTime":1.7E9,
            "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}}""";
    private static final String GET = """
            {"TableName":"orders","Key":{"pk":{"S":"a"}}}""";

    private static HttpServer dynamoDb;
    private static ProxyServer proxy;

    /** A request that might write. */
    private record Unheard(String uri, Map<String, String> headers) {}

    @BeforeAll
    static void start() throws IOException {
        dynamoDb = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        dynamoDb.createContext("/", UnheardRequestsIT::answer);
        dynamoDb.start();
        proxy = TestProxy.start(
                URI.create("http://127.0.0.1:" + dynamoDb.getAddress().getPort()), "");
    }

    @AfterAll
    static void stop() {
        proxy.close();
        dynamoDb.stop(0);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
            byte[] body = (target.equals("DynamoDB_20120810.DescribeTable")
                            ? TABLE
                            : "{\"Item\":{\"pk\":{\"S\":\"a\"}}}")
                    .getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    static List<Unheard> unheard() {
        String form = "application/x-www-form-urlencoded";
        String cbor = "application/cbor";
        return List.of(
                new Unheard("/", Map.of("X-Amz-Target", "DynamoDB_20111205.PutItem", "Authorization", CREDENTIAL)),
                new Unheard("/", Map.of("X-Amz-Target", "DynamoDB_20300101.PutItem", "Authorization", CREDENTIAL)),
                new Unheard(
                        "/", Map.of("X-Amz-Target", "DynamoDB_20120810.InventedLater", "Authorization", CREDENTIAL)),
                new Unheard(
                        "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00",
                        Map.of("X-Amz-Target", "DynamoDB_20120810.PutItem")),
                new Unheard("/", Map.of("Content-Type", form, "Authorization", CREDENTIAL)),
                new Unheard("/", Map.of("Content-Type", form)),
                new Unheard(
                        "/service/DynamoDB_20120810/operation/PutItem",
                        Map.of("Content-Type", cbor, "smithy-protocol", "rpc-v2-cbor", "Authorization", CREDENTIAL)));
    }

    @ParameterizedTest
    @MethodSource("unheard")
    void request_thatDynamoDbCarriesOut_isHeardOfByTheCache(Unheard request) {
        URI endpoint = TestProxy.endpoint(proxy);
        assertThat(get(endpoint)).startsWith("hit");

        RawHttp.Response answer = RawHttp.send(endpoint, "POST", request.uri, request.headers, "x".getBytes(UTF_8));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(RawHttp.send(endpoint, "POST", "/", getHeaders(), GET.getBytes(UTF_8))
                        .header("x-nearside-cache"))
                .doesNotStartWith("hit");
    }

    /** Reads until the answer is cached: not everything is right after a write. */
    private static String get(URI endpoint) {
        String outcome = "";
        for (int i = 0; i < 1000 && !outcome.startsWith("hit"); i++) {
            outcome = RawHttp.send(endpoint, "POST", "/", getHeaders(), GET.getBytes(UTF_8))
                    .header("x-nearside-cache");
        }
        return outcome;
    }

    private static Map<String, String> getHeaders() {
        return Map.of("X-Amz-Target", "DynamoDB_20120810.GetItem", "Authorization", CREDENTIAL);
    }
}
