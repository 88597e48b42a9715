package io.nearside.proxy.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.nearside.proxy.operation.CacheInspector;
import io.nearside.proxy.operation.CacheInspector.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/cache}, {@code /api/hot-keys} and {@code /api/explain} for those who look, {@code /api/invalidate} for those who act.
 *
 * <p>An action has to be a POST of JSON with the header {@code x-nearside-action: invalidate}, which no page of another origin
 * can make a browser send, and {@code admin.actions-enabled} has to be true. Errors are JSON with a {@code message}.
 */
public final class CacheApi {

    private static final String INVALIDATE = "/api/invalidate";
    private static final Set<String> PATHS = Set.of("/api/cache", "/api/hot-keys", "/api/explain", INVALIDATE);
    private static final int LONGEST_BODY = 64 << 10;
    private static final JsonFactory JSON = new JsonFactory();

    private final CacheInspector inspector;
    private final BooleanSupplier actionsEnabled;

    /** @param actionsEnabled asked at every action */
    public CacheApi(CacheInspector inspector, BooleanSupplier actionsEnabled) {
        this.inspector = inspector;
        this.actionsEnabled = actionsEnabled;
    }

    static boolean serves(String path) {
        return PATHS.contains(path);
    }

    void handle(HttpServerRequest request) {
        boolean action = request.path().equals(INVALIDATE);
        HttpMethod wanted = action ? HttpMethod.POST : HttpMethod.GET;
        if (!request.method().equals(wanted)) {
            refuse(request, 405, "Only " + wanted + ".");
        } else if (action) {
            act(request);
        } else {
            answer(request, look(request));
        }
    }

    private Future<String> look(HttpServerRequest request) {
        return switch (request.path()) {
            case "/api/cache" -> Future.succeededFuture(inspector.summary());
            case "/api/hot-keys" -> Future.succeededFuture(inspector.hotKeys());
            default -> {
                String table = request.getParam("table");
                String key = request.getParam("key");
                yield table == null || key == null
                        ? Future.failedFuture(new IllegalArgumentException(
                                "Write /api/explain?table=NAME&key={\"pk\":{\"S\":\"a\"}}, the key encoded for a URL."))
                        : inspector.explain(table, key);
            }
        };
    }

    private void act(HttpServerRequest request) {
        String type = request.getHeader("content-type");
        if (!actionsEnabled.getAsBoolean()) {
            refuse(request, 403, "Actions are off; set admin.actions-enabled: true in the proxy's configuration.");
        } else if (!"invalidate".equals(request.getHeader("x-nearside-action"))) {
            refuse(request, 403, "An action needs the header x-nearside-action: invalidate.");
        } else if (type == null || !type.startsWith("application/json")) {
            refuse(request, 415, "Write content-type: application/json.");
        } else {
            collect(request);
        }
    }

    private void collect(HttpServerRequest request) {
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            // What is too long is read to its end, and not kept.
            if (body.length() <= LONGEST_BODY) {
                body.appendBuffer(part);
            }
        });
        request.endHandler(end -> {
            if (body.length() > LONGEST_BODY) {
                refuse(request, 413, "The request is too long.");
            } else {
                answer(request, inspector.invalidate(body.getBytes()));
            }
        });
    }

    private static void answer(HttpServerRequest request, Future<String> asked) {
        asked.onComplete(
                json -> end(request, 200, json), failure -> refuse(request, status(failure), failure.getMessage()));
    }

    private static int status(Throwable failure) {
        return failure instanceof RefusedException || failure instanceof IllegalArgumentException ? 400 : 500;
    }

    private static void refuse(HttpServerRequest request, int status, @Nullable String why) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("message", why == null ? "A defect of the proxy." : why);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to a string failed", e);
        }
        end(request, status, text.append('\n').toString());
    }

    // A caller that has gone needs no answer.
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void end(HttpServerRequest request, int status, String json) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .putHeader("x-content-type-options", "nosniff")
                .end(json);
    }
}
