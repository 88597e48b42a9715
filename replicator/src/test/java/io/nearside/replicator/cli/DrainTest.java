package io.nearside.replicator.cli;

import com.sun.net.httpserver.HttpServer;
import io.nearside.replicator.cli.AdminClient.AdminException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

final class DrainTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CAPTURED = """
            {"region": "a",
             "tables": [{"table": "t1", "stream": true, "capture": "tailing", "behind": false},
                        {"table": "t2", "stream": true, "capture": "elsewhere"}],
             "processes": [{"process": "a-1", "self": true, "tables": 1, "behind": 0, "silent-millis": 10},
                           {"process": "a-2", "self": false, "tables": 1, "behind": 0, "silent-millis": 20}]}""";

    private static final String APPLIED = "{\"region\": \"b\", \"peer\": \"a\", \"backlog\": 0}";

    private volatile String status = CAPTURED;
    private volatile String backlog = APPLIED;
    private final CountDownLatch looks = new CountDownLatch(2);
    private HttpServer server;
    private AdminClient client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serve("/api/status", () -> status);
        serve("/api/backlog", () -> backlog);
        server.start();
        client = new AdminClient(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    private void serve(String path, Supplier<String> body) {
        server.createContext(path, exchange -> {
            byte[] bytes = body.get().getBytes(UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
            looks.countDown();
        });
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Drain drain(Duration look) {
        return new Drain(client, List.of(client), Progress.NONE, look);
    }

    /** One look. */
    private String left() {
        return drain(Duration.ofMillis(1)).await(Duration.ZERO).toString();
    }

    @Test
    void everythingOut_isDrained() {
        assertThat(drain(Duration.ofMillis(1)).await(PATIENCE)).isEmpty();
    }

    @Test
    void anotherProcessBehind_isNotDrained() {
        status = CAPTURED.replace("\"behind\": 0, \"silent-millis\": 20", "\"behind\": 1, \"silent-millis\": 20");
        assertThat(left()).contains("1 table of process a-2 is not captured to its end");
    }

    @Test
    void processThatDiedOrIsOlder_isNotDrained() {
        status = CAPTURED.replace("\"silent-millis\": 20", "\"silent-millis\": 4000");
        assertThat(left())
                .contains("process a-2 has given no sign of life for 4 s", "1 table is captured by no process");
        status = CAPTURED.replace("\"behind\": 0, \"silent-millis\": 20", "\"behind\": null, \"silent-millis\": 20");
        assertThat(left()).contains("process a-2 does not say how far it is");
    }

    @Test
    void tableBetweenTwoOwners_isNotDrained() {
        status = CAPTURED.replace(
                "\"tables\": 1, \"behind\": 0, \"silent-millis\": 20",
                "\"tables\": 0, \"behind\": 0, \"silent-millis\": 20");
        assertThat(left()).contains("1 table is captured by no process at the moment");
    }

    @Test
    void ownTableBehind_orChangesNotApplied_isNotDrained() {
        status = CAPTURED.replace(
                "\"capture\": \"tailing\", \"behind\": false", "\"capture\": \"scanning\", \"behind\": true");
        backlog = "{\"region\": \"b\", \"peer\": \"a\", \"backlog\": 7}";
        assertThat(left()).contains("table t1 is not captured to its end", "7 changes are not applied in b");
    }

    @Test
    void interrupted_endsInsteadOfLookingOnAndOn() throws InterruptedException {
        backlog = "{\"region\": \"b\", \"peer\": \"a\", \"backlog\": 7}";
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                thrown.complete(new AssertionError(
                        "drained: " + drain(Duration.ofHours(1)).await(Duration.ofHours(1))));
            } catch (AdminException e) {
                thrown.complete(e);
            }
        });
        waiting.start();
        assertThat(looks.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        waiting.interrupt();
        assertThat(thrown.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join())
                .isInstanceOf(AdminException.class)
                .hasMessageContaining("interrupted");
    }
}
