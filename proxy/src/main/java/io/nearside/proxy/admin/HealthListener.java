package io.nearside.proxy.admin;

import io.nearside.proxy.admin.Health.State;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.tracing.TracingPolicy;
import java.util.concurrent.TimeUnit;

/**
 * The health port: {@code GET} of {@code /health/live} and {@code /health/ready}, and nothing else.
 *
 * <p>For probes from outside where the admin port is out of reach, as a sidecar's is. It says how this process is in one word:
 * reasons, which name hosts, are on the admin port.
 */
public final class HealthListener {

    private static final int IDLE_SECONDS = 15;

    private final Readiness readiness;
    private final HttpServer server;

    public HealthListener(Vertx vertx, String host, int port, Readiness readiness) {
        this.readiness = readiness;
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost(host)
                        .setPort(port)
                        .setIdleTimeout(IDLE_SECONDS)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS)
                        .setTracingPolicy(TracingPolicy.IGNORE))
                .requestHandler(this::handle);
    }

    /** Listens; fails with {@link java.io.IOException} when the port is taken. */
    public Future<Void> listen() {
        return server.listen().mapEmpty();
    }

    /** The TCP port listened on. */
    public int port() {
        return server.actualPort();
    }

    /** Stops listening and ends all connections. */
    public Future<Void> close() {
        return server.close();
    }

    private void handle(HttpServerRequest request) {
        switch (request.path()) {
            case "/health/live" -> answer(request, 200, "live");
            case "/health/ready" -> {
                State state = readiness.report().state();
                answer(request, state == State.NOT_READY ? 503 : 200, state.label());
            }
            default -> answer(request, 404, "unknown");
        }
    }

    // A caller that has gone needs no answer.
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void answer(HttpServerRequest request, int status, String state) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end("{\"status\":\"" + state + "\"}\n");
    }
}
