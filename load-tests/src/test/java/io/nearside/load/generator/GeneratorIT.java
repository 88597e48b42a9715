package io.nearside.load.generator;

import io.nearside.load.workload.KeyDistribution;
import io.nearside.load.workload.Workload;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class GeneratorIT {
    private static final double RATE = 500;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void run_openLoop_sendsAtTheRateAndCountsEveryAnswer() throws Exception {
        int port = serve(200);

        var result = Generator.run(plan(port, RATE));

        assertThat(result.errors()).isZero();
        assertThat(result.answers()).isPositive().isLessThanOrEqualTo((long) (RATE * result.seconds() * 2));
        assertThat(result.latencies().getTotalCount()).isEqualTo(result.answers() + result.unanswered());
    }

    @Test
    void run_serverThatRefuses_reportsErrors() throws Exception {
        int port = serve(400);

        var result = Generator.run(plan(port, 0));

        assertThat(result.answers()).isZero();
        assertThat(result.errors()).isPositive();
    }

    private int serve(int status) throws Exception {
        var served = new AtomicInteger();
        return vertx.createHttpServer()
                .requestHandler(request -> {
                    served.incrementAndGet();
                    request.response().setStatusCode(status).end(Buffer.buffer("{}"));
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .actualPort();
    }

    private static RunPlan plan(int port, double rate) {
        return new RunPlan(
                port,
                false,
                4,
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
