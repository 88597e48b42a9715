package io.nearside.load.soak;

import io.nearside.load.soak.FaultyUpstream.Mode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class FaultyUpstreamIT {
    private static final int CALLS = 80;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(60))
            .build();
    private FaultyUpstream upstream;

    @BeforeEach
    void start() throws Exception {
        int port = vertx.createHttpServer()
                .requestHandler(request -> request.body()
                        .onSuccess(body -> request.response()
                                .putHeader("x-amz-crc32", "17")
                                .putHeader("x-amzn-RequestId", request.getHeader("X-Amz-Target"))
                                .end(body)))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .actualPort();
        upstream = FaultyUpstream.start(vertx, URI.create("http://127.0.0.1:" + port), 1);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void well_call_passesBothWays() throws Exception {
        var answer = call();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"a\":1}");
        assertThat(answer.headers().firstValue("x-amz-crc32")).contains("17");
        assertThat(answer.headers().firstValue("x-amzn-RequestId")).contains("GetItem");
    }

    @Test
    void throttling_manyCalls_refusesSomeAsDynamoDbDoes() throws Exception {
        upstream.become(Mode.THROTTLING);

        int refused = 0;
        for (int i = 0; i < CALLS; i++) {
            var answer = call();
            if (answer.statusCode() == 400) {
                assertThat(answer.body()).contains("ProvisionedThroughputExceededException");
                refused++;
            }
        }

        assertThat(refused).isBetween(1, CALLS - 1);
    }

    @Test
    void cutting_manyCalls_losesSomeAndIsWellAfterwards() throws Exception {
        upstream.become(Mode.CUTTING);
        long lost = IntStream.range(0, CALLS).filter(i -> isLost()).count();
        upstream.become(Mode.WELL);

        assertThat(lost).isBetween(1L, CALLS - 1L);
        assertThat(call().statusCode()).isEqualTo(200);
    }

    private boolean isLost() {
        try {
            call();
            return false;
        } catch (IOException cut) {
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> call() throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(upstream.endpoint())
                        .header("X-Amz-Target", "GetItem")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"a\":1}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
