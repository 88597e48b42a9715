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
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks services for {@code /health/ready} until each has said that all of it is ready, not merely that it can serve.
 *
 * <p>Waits as long as something changes in what they say, and says what it waits for.
 */
final class Readiness {
    private static final long PAUSE_MILLIS = 50;
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** The first one is that of the whole, after it come its components. */
    private static final Pattern STATUS = Pattern.compile("\"status\"\\s*:\\s*\"([a-z-]+)\"");

    private static final Pattern NOT_READY_REASON = Pattern.compile(
            "\"status\"\\s*:\\s*\"(?!ready\")[a-z-]+\"\\s*,\\s*\"reason\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER_TIMEOUT)
            .build();
    private final long standstillNanos;
    private final Consumer<String> says;
    private final LongSupplier nanoTime;

    /**
     * @param standstill so long nothing may change
     * @param says takes sentences for the user
     */
    Readiness(Duration standstill, Consumer<String> says) {
        this(standstill, says, System::nanoTime);
    }

    Readiness(Duration standstill, Consumer<String> says, LongSupplier nanoTime) {
        this.standstillNanos = standstill.toNanos();
        this.says = says;
        this.nanoTime = nanoTime;
    }

    /**
     * Blocks until all are ready.
     *
     * @param services admin address of each service by a name for messages
     * @throws StartException if one stands still before it is ready, with its own reason
     */
    void await(Map<String, URI> services) {
        services.forEach(this::await);
    }

    private void await(String name, URI admin) {
        long changed = nanoTime.getAsLong();
        long told = changed;
        boolean waited = false;
        String answer = ask(admin);
        while (!answer.isEmpty()) {
            long now = nanoTime.getAsLong();
            if (now - changed > standstillNanos) {
                throw new StartException(name + " is not ready and nothing has changed for "
                        + TimeUnit.NANOSECONDS.toSeconds(standstillNanos) + " s; " + admin
                        + "/health/ready says: " + answer);
            }
            if (now - told >= TELL_NANOS) {
                says.accept("waiting for " + name + ": " + reason(answer));
                told = now;
                waited = true;
            }
            pause();
            String next = ask(admin);
            if (!next.equals(answer)) {
                changed = nanoTime.getAsLong();
            }
            answer = next;
        }
        if (waited) {
            says.accept(name + " is ready now");
        }
    }

    private static String reason(String answer) {
        Matcher reason = NOT_READY_REASON.matcher(answer);
        return reason.find() ? reason.group(1) : answer;
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
