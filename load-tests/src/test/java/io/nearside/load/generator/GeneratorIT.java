package io.nearside.load.generator;

import io.nearside.load.workload.KeyDistribution;
import io.nearside.load.workload.Workload;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class GeneratorIT {
    private static final double RATE = 500;
    private static final int CONNECTIONS = 4;

    private static Generator generator;

    private final Vertx vertx = Vertx.vertx();

    @BeforeAll
    static void startGenerator() {
        generator = Generator.start();
    }

    @AfterAll
    static void stopGenerator() {
        generator.close();
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void run_openLoop_sendsAtTheRateAndCountsEveryAnswer() throws Exception {
        int port = serve(200);

        var result = generator.run(plan(port, RATE));

        assertThat(result.errors()).isZero();
        assertThat(result.answers()).isPositive().isLessThanOrEqualTo((long) (RATE * result.seconds() * 2));
        assertThat(result.latencies().getTotalCount()).isEqualTo(result.answers() + result.unanswered());
    }

    @Test
    void run_serverThatRefuses_reportsErrors() throws Exception {
        int port = serve(400);

        var result = generator.run(plan(port, 0));

        assertThat(result.answers()).isZero();
        assertThat(result.errors()).isPositive();
    }

    @Test
    void run_onePlanAfterTheOther_answersEach() throws Exception {
        int port = serve(200);

        var first = generator.run(plan(port, 0));
        var second = generator.run(plan(port, RATE));

        assertThat(first.answers()).isPositive();
        assertThat(second.answers()).isPositive().isLessThanOrEqualTo((long) (RATE * second.seconds() * 2));
    }

    @Test
    void run_serverThatEndsConnections_goesOnWithNewOnes() throws Exception {
        var connections = new AtomicInteger();
        var server = vertx.createHttpServer()
                .connectionHandler(connection -> connections.incrementAndGet())
                .requestHandler(request -> request.response()
                        .end(Buffer.buffer("{}"))
                        .onComplete(sent -> request.connection().close()));
        int port = listen(server);

        var result = generator.run(plan(port, 0));

        assertThat(connections).hasValueGreaterThan(CONNECTIONS);
        assertThat(result.errors()).isPositive();
    }

    private int serve(int status) throws Exception {
        return listen(vertx.createHttpServer()
                .requestHandler(
                        request -> request.response().setStatusCode(status).end(Buffer.buffer("{}"))));
    }

    private static int listen(HttpServer server) throws Exception {
        return server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .actualPort();
    }

    private static RunPlan plan(int port, double rate) {
        return new RunPlan(
                port,
                false,
                CONNECTIONS,
                Duration.ZERO,
                Duration.ofSeconds(3),
                rate,
                Workload.HIT,
                KeyDistribution.ZIPF,
                100,
                200,
                1,
                List.of());
    }
}
