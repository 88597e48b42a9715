package io.nearside.load.replication;

import io.nearside.load.workload.Requests;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

import static java.net.http.HttpResponse.BodyHandlers.ofString;

/** One DynamoDB endpoint on loopback, asked asynchronously; an answer that is not 200 fails the future. */
final class Endpoint {
    private final HttpClient http;
    private final URI uri;

    Endpoint(HttpClient http, int port) {
        this.http = http;
        this.uri = URI.create("http://127.0.0.1:" + port);
    }

    CompletableFuture<String> send(String operation, String body) {
        var request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/x-amz-json-1.0")
                .header("X-Amz-Target", "DynamoDB_20120810." + operation)
                .header("X-Amz-Date", "20260101T000000Z")
                .header("Authorization", Requests.AUTHORIZATION)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.sendAsync(request, ofString()).thenApply(answer -> successful(operation, answer));
    }

    private static String successful(String operation, HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(operation + " was answered " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }
}
