package io.nearside.replicator.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nearside.replicator.config.AdminConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** The port as others find it: whom it answers, and what it does for nobody. */
@Timeout(60)
final class AdminServerTest {

    private static final String LOOPBACK = "Host: 127.0.0.1\r\n";

    private final Semaphore begun = new Semaphore(0);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        mayEnd.countDown();
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private AdminServer start(boolean actionsEnabled, String... hosts) throws IOException {
        AdminRoutes routes = new AdminRoutes(
                Map.of("/api/status", parameters -> JsonNodeFactory.instance.textNode("a page")),
                Map.of("/api/pause", parameters -> JsonNodeFactory.instance.textNode("done")),
                Map.of("/api/verify/rows", parameters -> {
                    begun.release();
                    try {
                        mayEnd.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return JsonNodeFactory.instance.textNode("at last");
                }),
                Map.of("/api/config", () -> "region: here\n"));
        AdminServer server = AdminServer.start(
                new AdminConfig("127.0.0.1", 0, List.of(hosts), actionsEnabled, Optional.empty(), "127.0.0.1"),
                () -> "metrics 1\n",
                new Readiness(() -> Map.of("table orders", Health.notReady("waits"))),
                routes);
        open.add(0, server);
        return server;
    }

    private Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        open.add(0, socket);
        return socket;
    }

    private Socket send(int port, String head) throws IOException {
        Socket socket = connect(port);
        OutputStream out = socket.getOutputStream();
        out.write(head.getBytes(ISO_8859_1));
        out.flush();
        return socket;
    }

    private String ask(int port, String method, String path, String headers) throws IOException {
        String head =
                method + " " + path + " HTTP/1.1\r\n" + headers + "Content-Length: 0\r\nConnection: close\r\n\r\n";
        return new String(send(port, head).getInputStream().readAllBytes(), UTF_8);
    }

    @Test
    void action_withItsHeader_isDone() throws IOException {
        int port = start(true).port();

        assertThat(ask(port, "POST", "/api/pause", LOOPBACK + "x-nearside-action: pause\r\n"))
                .startsWith("HTTP/1.1 200")
                .contains("done");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x-nearside-action: resume\r\n", "Content-Type: application/x-www-form-urlencoded\r\n"})
    void action_asAWebPageCouldSendIt_isRefused(String headers) throws IOException {
        int port = start(true).port();

        assertThat(ask(port, "POST", "/api/pause", LOOPBACK + headers))
                .startsWith("HTTP/1.1 403")
                .contains("an action needs the header x-nearside-action: pause");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/pause", "/api/verify/rows"})
    void action_byGet_isRefusedAndNotDone(String path) throws IOException {
        int port = start(true).port();

        assertThat(ask(port, "GET", path, LOOPBACK)).startsWith("HTTP/1.1 405").contains("only POST");
        assertThat(begun.availablePermits()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "verify/rows"})
    void action_unlessEnabled_isRefused_namingTheSwitch(String name) throws IOException {
        int port = start(false).port();

        assertThat(ask(port, "POST", "/api/" + name, LOOPBACK + "x-nearside-action: " + name + "\r\n"))
                .startsWith("HTTP/1.1 403")
                .contains("admin.actions-enabled");
        assertThat(ask(port, "GET", "/api/actions", LOOPBACK))
                .contains("\"enabled\" : false", "\"pause\", \"verify/rows\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics", "/health/live", "/health/ready", "/api/status", "/api/config", "/nothing"})
    void host_thatAPageWasReboundFrom_isRefusedEverywhere(String path) throws IOException {
        int port = start(true, "replicator.example").port();

        assertThat(ask(port, "GET", path, "Host: evil.example:8003\r\n"))
                .startsWith("HTTP/1.1 403")
                .contains("admin.hosts")
                .doesNotContain("orders");
        assertThat(ask(port, "GET", path, "Host: replicator.example:8003\r\n")).doesNotStartWith("HTTP/1.1 403");
    }

    @Test
    void action_underAReboundName_isRefusedWithItsHeaderToo() throws IOException {
        int port = start(true).port();

        assertThat(ask(port, "POST", "/api/pause", "Host: evil.example\r\nx-nearside-action: pause\r\n"))
                .startsWith("HTTP/1.1 403")
                .doesNotContain("done");
    }

    @Test
    void health_besideHalfSentRequests_isAnswered() throws IOException {
        int port = start(true).port();
        for (int i = 0; i < HttpPort.ARRIVING / 2; i++) {
            send(port, "GET /metr");
        }

        assertThat(ask(port, "GET", "/health/live", LOOPBACK)).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /metr", "POST /api/pause HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{"})
    void request_thatNeverArrives_isDisconnected(String part) throws IOException {
        int port = start(true).port();

        assertThat(send(port, part).getInputStream().readAllBytes()).isEmpty();
    }

    @Test
    void health_whileLongActionsAreUnderWay_isAnswered_andMoreOfThemAreRefused() throws Exception {
        int port = start(true).port();
        String request = "POST /api/verify/rows HTTP/1.1\r\n" + LOOPBACK
                + "x-nearside-action: verify/rows\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        List<Socket> waiting = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            waiting.add(send(port, request));
        }
        begun.acquire(16);

        assertThat(ask(port, "GET", "/health/live", LOOPBACK)).startsWith("HTTP/1.1 200");
        assertThat(ask(port, "GET", "/api/status", LOOPBACK)).contains("a page");
        assertThat(ask(port, "POST", "/api/verify/rows", LOOPBACK + "x-nearside-action: verify/rows\r\n"))
                .startsWith("HTTP/1.1 503")
                .contains("too many requests");
        mayEnd.countDown();
        for (Socket one : waiting) {
            assertThat(new String(one.getInputStream().readAllBytes(), UTF_8)).contains("at last");
        }
    }

    @Test
    void healthPort_saysHowThingsAre_withoutReasons() throws IOException {
        HealthServer health = HealthServer.start(
                "127.0.0.1", 0, new Readiness(() -> Map.of("table orders", Health.notReady("waits"))));
        open.add(0, health);

        assertThat(ask(health.port(), "GET", "/health/live", LOOPBACK))
                .startsWith("HTTP/1.1 200")
                .contains("live");
        assertThat(ask(health.port(), "GET", "/health/ready", LOOPBACK))
                .startsWith("HTTP/1.1 503")
                .contains("{\"status\":\"not-ready\"}")
                .doesNotContain("orders");
        assertThat(ask(health.port(), "GET", "/metrics", LOOPBACK)).startsWith("HTTP/1.1 404");
    }
}
