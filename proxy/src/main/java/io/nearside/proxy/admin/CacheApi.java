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
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/cache} for everybody who reaches the port; {@code /api/hot-keys} and {@code /api/explain}, which show keys, and {@code
 * /api/invalidate} as actions. {@code /api/actions} lists these and says whether they are accepted.
 *
 * <p>An action has to be a POST with the header {@code x-nearside-action} and its name, which no page of another origin can make a
 * browser send, and {@code admin.actions-enabled} has to be true. Errors are JSON with a {@code message}.
 */
public final class CacheApi {

    private static final String API = "/api/";
    private static final String CACHE = "/api/cache";
    private static final String ACTIONS = "/api/actions";
    private static final String ACTION_HEADER = "x-nearside-action";
    private static final List<String> ACTION_NAMES = List.of("explain", "hot-keys", "invalidate");
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
        return path.equals(CACHE) || path.equals(ACTIONS) || isAction(path);
    }

    private static boolean isAction(String path) {
        return path.startsWith(API) && ACTION_NAMES.contains(name(path));
    }

    private static String name(String path) {
        return path.substring(API.length());
    }

    void handle(HttpServerRequest request) {
        if (isAction(request.path())) {
            guard(request);
        } else if (!request.method().equals(HttpMethod.GET)) {
            refuse(request, 405, "Only GET.");
        } else if (request.path().equals(CACHE)) {
            end(request, 200, inspector.summary());
        } else {
            end(request, 200, actions());
        }
    }

    private void guard(HttpServerRequest request) {
        String name = name(request.path());
        if (!request.method().equals(HttpMethod.POST)) {
            refuse(request, 405, "Only POST, with the header " + ACTION_HEADER + ": " + name + ".");
        } else if (!actionsEnabled.getAsBoolean()) {
            refuse(request, 403, "Actions are off; set admin.actions-enabled: true in the proxy's configuration.");
        } else if (!name.equals(request.getHeader(ACTION_HEADER))) {
            refuse(request, 403, "An action needs the header " + ACTION_HEADER + ": " + name + ".");
        } else {
            act(request, name);
        }
    }

    private void act(HttpServerRequest request, String name) {
        switch (name) {
            case "hot-keys" -> end(request, 200, inspector.hotKeys());
            case "explain" -> explain(request);
            default -> invalidate(request);
        }
    }

    private void explain(HttpServerRequest request) {
        String table = request.getParam("table");
        String key = request.getParam("key");
        if (table == null || key == null) {
            refuse(
                    request,
                    400,
                    "Write /api/explain?table=NAME&key={\"pk\":{\"S\":\"a\"}}, the key encoded for a URL.");
        } else {
            answer(request, inspector.explain(table, key));
        }
    }

    private void invalidate(HttpServerRequest request) {
        String type = request.getHeader("content-type");
        if (type == null || !type.startsWith("application/json")) {
            refuse(request, 415, "Write content-type: application/json.");
        } else {
            collect(request);
        }
    }

    private String actions() {
        String names = ACTION_NAMES.stream().map(name -> '"' + name + '"').collect(Collectors.joining(","));
        return "{\"enabled\":" + actionsEnabled.getAsBoolean() + ",\"actions\":[" + names + "]}\n";
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
