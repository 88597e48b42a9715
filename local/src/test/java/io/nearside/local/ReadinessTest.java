package io.nearside.local;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The time passes as the service is asked: 20 s between two answers. */
class ReadinessTest {
    private static final String READY = """
            {"status": "ready", "components": {}}
            """;

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final List<String> said = new ArrayList<>();
    private HttpServer service;
    private IntFunction<String> answers = number -> READY;

    @BeforeEach
    void start() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/health/ready", exchange -> {
            String answer = answers.apply(asked.getAndIncrement());
            nanos.addAndGet(Duration.ofSeconds(20).toNanos());
            byte[] body = answer.getBytes(UTF_8);
            exchange.sendResponseHeaders(answer.equals(READY) ? 200 : 503, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        service.start();
    }

    @AfterEach
    void stop() {
        service.stop(0);
    }

    @Test
    void await_somethingChangesAllTheTime_waitsLongerThanTheLimit_andSaysWhatFor() {
        answers = number -> number < 10 ? starting(number + " tables are read") : READY;

        await();

        assertThat(said).contains("waiting for the proxy: 5 tables are read");
        assertThat(said).last().isEqualTo("the proxy is ready now");
    }

    @Test
    void await_nothingChanges_endsWithTheServicesReason() {
        answers = number -> starting("Kafka does not answer");

        assertThatThrownBy(this::await)
                .isInstanceOf(StartException.class)
                .hasMessageContainingAll("the proxy", "60 s", "Kafka does not answer");
    }

    @Test
    void await_readyAtOnce_saysNothing() {
        await();

        assertThat(said).isEmpty();
    }

    private void await() {
        URI admin = URI.create("http://127.0.0.1:" + service.getAddress().getPort());
        new Readiness(Duration.ofMinutes(1), said::add, nanos::get).await(Map.of("the proxy", admin));
    }

    private static String starting(String reason) {
        return """
                {"status": "starting", "components": {
                  "kafka": {"status": "ready", "reason": "it answers"},
                  "tables": {"status": "starting", "reason": "%s"}}}
                """.formatted(reason);
    }
}
