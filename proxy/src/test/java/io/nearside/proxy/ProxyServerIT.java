package io.nearside.proxy;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.proxy.config.ProxyConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A proxy's life: start, ready or not, drain, end. */
class ProxyServerIT {

    /** For machines that are busy with other builds. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String CREDENTIAL =
            "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request";
    private static final Map<String, String> GET_ITEM =
            Map.of("X-Amz-Target", "DynamoDB_20120810.GetItem", "Authorization", CREDENTIAL);
    private static final Map<String, String> LIST_STREAMS =
            Map.of("X-Amz-Target", "DynamoDBStreams_20120810.ListStreams", "Authorization", CREDENTIAL);
    private static final byte[] NO_TABLE =
            "{\"TableName\":\"Absent\",\"Key\":{\"pk\":{\"S\":\"a\"}}}".getBytes(StandardCharsets.UTF_8);

    @Test
    void ready_withDynamoDbAnswering_namesEveryComponent() {
        try (ProxyServer proxy = TestProxy.before(0)) {
            await().atMost(PATIENCE).untilAsserted(() -> {
                RawHttp.Response ready = get(proxy, "/health/ready");
                assertThat(ready.status()).isEqualTo(200);
                assertThat(ready.text()).contains("\"listener\"", "\"upstream\"", "DynamoDB answers at " + upstream(0));
            });

            assertThat(get(proxy, "/health/live").status()).isEqualTo(200);
            assertThat(get(proxy, "/").text()).contains("<html");
            assertThat(get(proxy, "/nothing").status()).isEqualTo(404);
            assertThat(post(proxy, NO_TABLE).status()).isEqualTo(400);
            assertThat(get(proxy, "/metrics").text())
                    .contains("nearside_proxy_requests_seconds_count{operation=\"GetItem\"", "jvm_memory_used_bytes");
        }
    }

    @Test
    void unreachableDynamoDb_doesNotKeepItFromStarting_andReadinessSaysWhatToDo() throws IOException {
        int nobody = portOfNobody();
        try (ProxyServer proxy = TestProxy.start(URI.create("http://127.0.0.1:" + nobody), "")) {
            await().atMost(PATIENCE).untilAsserted(() -> {
                RawHttp.Response ready = get(proxy, "/health/ready");
                assertThat(ready.status()).isEqualTo(503);
                assertThat(ready.text())
                        .contains("\"not-ready\"", "http://127.0.0.1:" + nobody, "check upstream.endpoint");
            });

            RawHttp.Response answer = post(proxy, NO_TABLE);

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).contains("ServiceUnavailable", "cannot be reached");
            assertThat(get(proxy, "/health/live").status()).isEqualTo(200);
        }
    }

    @Test
    void dynamoDbThatGoesAway_leavesAProxyThatReachedIt_readyForHits() throws IOException {
        try (ServerSocket dynamoDb = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
                ProxyServer proxy = TestProxy.start(URI.create("http://127.0.0.1:" + dynamoDb.getLocalPort()), "")) {
            Thread server = new Thread(() -> answerSlowly(dynamoDb, new CountDownLatch(0), new CountDownLatch(0)));
            server.setDaemon(true);
            server.start();
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(get(proxy, "/health/ready").text()).contains("DynamoDB answers at"));

            goAway(dynamoDb);

            await().atMost(PATIENCE).untilAsserted(() -> {
                post(proxy, NO_TABLE);
                RawHttp.Response ready = get(proxy, "/health/ready");
                assertThat(ready.status()).isEqualTo(200);
                assertThat(ready.text()).contains("\"degraded\"", "check upstream.endpoint", "hits are still served");
            });
        }
    }

    @Test
    void unreachableKafka_doesNotKeepItFromServing_andReadinessSaysSo() throws IOException {
        String kafka = "127.0.0.1:" + portOfNobody();
        String coherence = "coherence: {kafka: {bootstrap-servers: \"" + kafka + "\"}}";
        try (ProxyServer proxy = TestProxy.start(upstream(0), coherence)) {
            assertThat(post(proxy, NO_TABLE).status()).isEqualTo(400);

            await().atMost(PATIENCE).untilAsserted(() -> {
                RawHttp.Response ready = get(proxy, "/health/ready");
                assertThat(ready.status()).isEqualTo(200);
                assertThat(ready.text()).contains("\"degraded\"", kafka);
            });
        }
    }

    @Test
    void portInUse_endsInOneSentenceNamingIt() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ProxyConfig blocked = TestProxy.config(
                    upstream(0), Map.of("NEARSIDE_LISTEN_PORT", Integer.toString(taken.getLocalPort())));

            assertThatThrownBy(() -> ProxyServer.start(blocked))
                    .isInstanceOf(StartException.class)
                    .hasMessageMatching("Port " + taken.getLocalPort()
                            + " on 127\\.0\\.0\\.1 cannot be listened on \\(.*in use.*\\); stop what uses it, or set"
                            + " listen\\.port and listen\\.host\\.");
        }
    }

    @Test
    void close_withARequestUnderWay_answersItFirst() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (ServerSocket slowDynamoDb = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> answerSlowly(slowDynamoDb, arrived, release));
            server.setDaemon(true);
            server.start();
            ProxyServer proxy = TestProxy.start(URI.create("http://127.0.0.1:" + slowDynamoDb.getLocalPort()), "");
            URI endpoint = TestProxy.endpoint(proxy);
            CompletableFuture<RawHttp.Response> underWay = CompletableFuture.supplyAsync(
                    () -> RawHttp.send(endpoint, "POST", "/", LIST_STREAMS, new byte[] {'{', '}'}));
            assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();

            CompletableFuture<Void> closing = CompletableFuture.runAsync(proxy::close);
            await().atMost(PATIENCE).until(() -> refusesConnections(endpoint));
            release.countDown();

            assertThat(underWay.get(60, TimeUnit.SECONDS).text()).isEqualTo("{\"slow\":true}");
            closing.get(60, TimeUnit.SECONDS);
            proxy.close();
        }
    }

    @Test
    void connectionsBeyondTheLimit_areClosedAndRoomIsMadeAgain() throws IOException {
        ProxyConfig config = TestProxy.config(upstream(0), Map.of("NEARSIDE_LISTEN_MAX_CONNECTIONS", "1"));
        try (ProxyServer proxy = ProxyServer.start(config)) {
            URI endpoint = TestProxy.endpoint(proxy);
            try (Socket held = new Socket(endpoint.getHost(), endpoint.getPort())) {
                await().atMost(PATIENCE)
                        .untilAsserted(() ->
                                assertThat(get(proxy, "/metrics").text()).contains("nearside_proxy_connections 1.0"));
                try (Socket second = new Socket(endpoint.getHost(), endpoint.getPort())) {
                    second.setSoTimeout(10_000);
                    assertThat(second.getInputStream().read()).isEqualTo(-1);
                }
                assertThat(held.isClosed()).isFalse();
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(get(proxy, "/metrics").text())
                            .contains("nearside_proxy_connections 0.0", "reason=\"too_many_connections\"} 1.0"));
            assertThat(post(proxy, NO_TABLE).status()).isEqualTo(400);
        }
    }

    @Test
    void longBodies_beyondTheirMemory_areRefusedAndMemoryIsGivenBack() {
        ProxyConfig config = TestProxy.config(upstream(0), Map.of("NEARSIDE_LISTEN_MAX_BODY_MEMORY", "1MiB"));
        try (ProxyServer proxy = ProxyServer.start(config)) {
            byte[] fits = padded(1 << 20);
            byte[] tooMuch = padded(2 << 20);
            for (int round = 0; round < 5; round++) {
                RawHttp.Response refused = post(proxy, tooMuch);
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.text()).contains("ServiceUnavailable", "listen.max-body-memory");
                assertThat(post(proxy, fits).status()).isEqualTo(400);
            }
            assertThat(get(proxy, "/metrics").text()).contains("reason=\"overloaded\"} 5.0");
        }
    }

    @Test
    void longBody_whoseHeadIsRefused_takesNoMemory() {
        String auth = "auth: {mode: sigv4, credentials: [{access-key-id: OTHER, secret-access-key: s}]}";
        ProxyConfig config = TestProxy.config(upstream(0), auth, Map.of("NEARSIDE_LISTEN_MAX_BODY_MEMORY", "1MiB"));
        try (ProxyServer proxy = ProxyServer.start(config)) {
            RawHttp.Response refused = post(proxy, padded(2 << 20));

            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text()).contains("IncompleteSignatureException");
            assertThat(get(proxy, "/metrics").text())
                    .contains("reason=\"overloaded\"} 0.0", "reason=\"unauthenticated\"} 1.0");
        }
    }

    @Test
    void callerThatSendsHalfARequest_isCutOff() throws IOException {
        ProxyConfig config = TestProxy.config(
                upstream(0),
                Map.of(
                        "NEARSIDE_LISTEN_IDLE_TIMEOUT", "1s",
                        "NEARSIDE_UPSTREAM_CONNECT_TIMEOUT", "200ms",
                        "NEARSIDE_UPSTREAM_REQUEST_TIMEOUT", "200ms"));
        try (ProxyServer proxy = ProxyServer.start(config)) {
            URI endpoint = TestProxy.endpoint(proxy);
            try (Socket slow = new Socket(endpoint.getHost(), endpoint.getPort())) {
                slow.setSoTimeout(20_000);
                slow.getOutputStream()
                        .write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{"
                                .getBytes(StandardCharsets.US_ASCII));

                assertThat(slow.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    private static void goAway(ServerSocket server) throws IOException {
        server.close();
    }

    private static void answerSlowly(ServerSocket server, CountDownLatch arrived, CountDownLatch release) {
        while (true) {
            try {
                Socket socket = server.accept();
                Thread thread = new Thread(() -> answer(socket, arrived, release));
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void answer(Socket socket, CountDownLatch arrived, CountDownLatch release) {
        try (socket) {
            byte[] request = new byte[8192];
            int length = socket.getInputStream().read(request);
            if (new String(request, 0, Math.max(length, 0), StandardCharsets.US_ASCII).contains("ListStreams")) {
                arrived.countDown();
                release.await();
            }
            socket.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{\"slow\":true}"
                            .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean refusesConnections(URI endpoint) {
        try (Socket socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    /** The request for an absent table, with blanks after it up to the given length. */
    private static byte[] padded(int length) {
        byte[] body = Arrays.copyOf(NO_TABLE, length);
        Arrays.fill(body, NO_TABLE.length, length, (byte) ' ');
        return body;
    }

    private static int portOfNobody() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static URI upstream(int region) {
        return EmbeddedDynamoDb.shared().endpoint(region);
    }

    private static RawHttp.Response get(ProxyServer proxy, String path) {
        return RawHttp.send(TestProxy.admin(proxy, ""), "GET", path, Map.of(), new byte[0]);
    }

    private static RawHttp.Response post(ProxyServer proxy, byte[] body) {
        return RawHttp.send(TestProxy.endpoint(proxy), "POST", "/", GET_ITEM, body);
    }
}
