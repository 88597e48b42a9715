package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Asks a running replicator over its admin port. */
final class AdminClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FORBIDDEN = 403;

    /** Pages that read a whole table answer when they have. */
    private static final Duration TIMEOUT = Duration.ofHours(2);

    private static final Duration GLANCE = Duration.ofSeconds(5);

    private final URI admin;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    AdminClient(URI admin) {
        this.admin = admin;
    }

    /** What the replicator answered when it did not do as told; the message is for the operator. */
    static final class AdminException extends RuntimeException {
        AdminException(String message, Throwable cause) {
            super(message, cause);
        }

        AdminException(String message) {
            super(message);
        }
    }

    JsonNode get(String path) {
        return send(HttpRequest.newBuilder(admin.resolve(path)).GET());
    }

    /**
     * Has an action done: what changes something, reads whole tables or shows keys.
     *
     * @param path below {@code /api/}, with its query
     */
    JsonNode act(String path) {
        URI uri = admin.resolve(path);
        return send(HttpRequest.newBuilder(uri)
                .header("x-nearside-action", uri.getPath().substring("/api/".length()))
                .POST(BodyPublishers.noBody()));
    }

    /** How far a piece of long work is, as far as can be told at a glance. */
    JsonNode work(String name) {
        try {
            return send(
                    HttpRequest.newBuilder(admin.resolve("/api/work?name=" + name))
                            .GET(),
                    GLANCE);
        } catch (AdminException e) {
            // The work itself says what is wrong, if anything is.
            return MissingNode.getInstance();
        }
    }

    private JsonNode send(HttpRequest.Builder request) {
        return send(request, TIMEOUT);
    }

    private JsonNode send(HttpRequest.Builder request, Duration timeout) {
        try {
            HttpResponse<String> response = client.send(request.timeout(timeout).build(), BodyHandlers.ofString());
            JsonNode body = JSON.readTree(response.body());
            if (response.statusCode() >= 400 && body.has("error")) {
                throw new AdminException((response.statusCode() == FORBIDDEN ? "" : "the replicator answered: ")
                        + body.get("error").asText());
            }
            return body;
        } catch (IOException e) {
            throw new AdminException(
                    "no replicator answers at " + admin + "; say where its admin port is with --admin URL ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdminException("interrupted while asking " + admin, e);
        }
    }
}
