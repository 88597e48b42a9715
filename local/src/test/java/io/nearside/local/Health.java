package io.nearside.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** What a service says of itself. */
record Health(int status, String body) {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    static Health ready(int adminPort) {
        return get(URI.create("http://127.0.0.1:" + adminPort + "/health/ready"));
    }

    static Health live(int adminPort) {
        return get(URI.create("http://127.0.0.1:" + adminPort + "/health/live"));
    }

    boolean isOk() {
        return status == 200;
    }

    static Health get(URI uri) {
        try {
            var response = CLIENT.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            return new Health(response.statusCode(), response.body());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
