package io.nearside.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks services for {@code /health/ready} until each has said that all of it is ready, not merely that it can serve. */
final class Readiness {
    private static final long PAUSE_MILLIS = 50;

    /** The first one is that of the whole, after it come its components. */
    private static final Pattern STATUS = Pattern.compile("\"status\"\\s*:\\s*\"([a-z-]+)\"");

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER_TIMEOUT)
            .build();
    private final long timeoutNanos;

    Readiness(Duration timeout) {
        this.timeoutNanos = timeout.toNanos();
    }

    /**
     * Blocks until all are ready.
     *
     * @param services admin address of each service by a name for messages
     * @throws StartException if one is not in time, with its own reason
     */
    void await(Map<String, URI> services) {
        long start = System.nanoTime();
        services.forEach((name, admin) -> {
            String answer = ask(admin);
            while (!answer.isEmpty()) {
                if (System.nanoTime() - start > timeoutNanos) {
                    throw new StartException(
                            name + " is not ready after " + TimeUnit.NANOSECONDS.toSeconds(timeoutNanos) + " s; "
                                    + admin + "/health/ready says: " + answer);
                }
                pause();
                answer = ask(admin);
            }
        });
    }

    /** Why a service is not ready; empty if it is. */
    private String ask(URI admin) {
        HttpRequest request = HttpRequest.newBuilder(admin.resolve("/health/ready"))
                .timeout(ANSWER_TIMEOUT)
                .build();
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            Matcher status = STATUS.matcher(response.body());
            boolean ready = response.statusCode() == 200
                    && status.find()
                    && status.group(1).equals("ready");
            return ready ? "" : response.statusCode() + " " + response.body();
        } catch (IOException failure) {
            return failure.toString();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", interrupted);
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", interrupted);
        }
    }
}
