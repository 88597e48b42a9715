package io.nearside.load.peer;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class NullServerIT {
    @ParameterizedTest
    @ValueSource(ints = {1, 1024, 400_000})
    void anyRequest_smallOrLarge_isAnsweredOnce(int bodyBytes) throws Exception {
        var listening = NullServerMain.listen(0, 1024);
        int port = ((InetSocketAddress) listening.channel().localAddress()).getPort();
        var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        try {
            for (int i = 0; i < 3; i++) {
                var answer = http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port))
                                .POST(HttpRequest.BodyPublishers.ofString("x".repeat(bodyBytes)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).startsWith("{\"Item\":").hasSizeBetween(1024, 1200);
            }
        } finally {
            listening.channel().close().await();
        }
    }
}
