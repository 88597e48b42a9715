package io.nearside.replicator.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class WatchedWorkTest {

    private final CountDownLatch lookedAt = new CountDownLatch(2);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> shown = new ArrayList<>();
    private final Progress progress = new Progress() {
        @Override
        public void show(String what, long done, long total) {
            shown.add(what + " " + done + "/" + total);
        }

        @Override
        public void close() {}
    };
    private HttpServer server;
    private AdminClient region;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/api/slow", this::slow);
        server.createContext("/api/wrong", exchange -> answer(exchange, 400, "{\"error\": \"no such table\"}"));
        server.createContext("/api/work", exchange -> {
            lookedAt.countDown();
            answer(exchange, 200, "{\"done\": 40, \"total\": 100}");
        });
        server.start();
        region = new AdminClient(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** Is not done before somebody has asked twice how far it is. */
    private void slow(HttpExchange exchange) throws IOException {
        try {
            boolean asked = lookedAt.await(60, TimeUnit.SECONDS);
            answer(exchange, asked ? 200 : 500, "{\"rows\": 100}");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        exchange.sendResponseHeaders(status, body.length());
        exchange.getResponseBody().write(body.getBytes(UTF_8));
        exchange.close();
    }

    @Test
    void answers_whileTheWorkGoesOn_showTheSumOfWhatTheRegionsSay() {
        WatchedWork.Request request = new WatchedWork.Request(region, "/api/slow?table=t");

        var answers = new WatchedWork(progress).answers("reading t", List.of(request, request));

        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.path("rows").asInt()).isEqualTo(100));
        assertThat(shown).startsWith("reading t 0/0", "reading t 80/200");
    }

    @Test
    void answers_oneRegionRefuses_saysWhy() {
        WatchedWork.Request request = new WatchedWork.Request(region, "/api/wrong?table=t");

        assertThatThrownBy(() -> new WatchedWork(progress).answers("reading t", List.of(request)))
                .isInstanceOf(AdminClient.AdminException.class)
                .hasMessageContaining("no such table");
    }
}
