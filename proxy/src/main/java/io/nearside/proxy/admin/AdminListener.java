package io.nearside.proxy.admin;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nearside.config.AllowedHosts;
import io.nearside.proxy.admin.Health.State;
import io.nearside.proxy.config.AdminConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.tracing.TracingPolicy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Serves {@code /metrics}, {@code /health/live}, {@code /health/ready}, the console at {@code /}, and documents for it.
 *
 * <p>{@code /health/ready} answers 200 while requests can be served, degraded or not, and 503 otherwise, with the reason
 * of each component as JSON either way. A request whose {@code Host} is neither loopback, a literal address nor listed in
 * {@code admin.hosts} is refused.
 */
public final class AdminListener {

    private static final int IDLE_SECONDS = 60;
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String JSON = "application/json";

    private final Vertx vertx;
    private final PrometheusMeterRegistry registry;
    private final Readiness readiness;
    private final CacheApi cache;
    private final Map<String, AdminDocument> documents;
    private final AllowedHosts hosts;
    private final String console = ConsolePage.load();
    private final HttpServer server;

    /**
     * @param cache what can be asked of the cache, and done to it
     * @param documents what else can be read, by path
     */
    public AdminListener(
            Vertx vertx,
            AdminConfig config,
            PrometheusMeterRegistry registry,
            Readiness readiness,
            CacheApi cache,
            Map<String, AdminDocument> documents) {
        this.vertx = vertx;
        this.registry = registry;
        this.readiness = readiness;
        this.cache = cache;
        this.documents = Map.copyOf(documents);
        this.hosts = new AllowedHosts(config.hosts());
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost(config.host())
                        .setPort(config.port())
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
        if (!request.headers().getAll(HttpHeaders.HOST).stream().allMatch(hosts::allows)) {
            answer(
                    request,
                    403,
                    "text/plain",
                    "This port does not answer to the name in Host; list names to answer to in admin.hosts.\n");
            return;
        }
        if (CacheApi.serves(request.path())) {
            cache.handle(request);
            return;
        }
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            answer(request, 405, "text/plain", "Only GET.\n");
            return;
        }
        switch (request.path()) {
            case "/" -> console(request);
            case "/metrics" -> metrics(request);
            case "/health/live" -> answer(request, 200, JSON, "{\"status\":\"live\"}\n");
            case "/health/ready" -> ready(request);
            default -> document(request);
        }
    }

    /** The page is its own style and script, and talks to nobody but this port. */
    private void console(HttpServerRequest request) {
        request.response()
                .putHeader(
                        "content-security-policy",
                        "default-src 'none'; connect-src 'self'; img-src data:; script-src 'unsafe-inline'; style-src 'unsafe-inline';"
                                + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        answer(request, 200, "text/html; charset=utf-8", console);
    }

    private void document(HttpServerRequest request) {
        AdminDocument document = documents.get(request.path());
        if (document == null) {
            answer(request, 404, "text/plain", "There is nothing here; / lists what there is.\n");
        } else {
            answer(request, 200, document.contentType(), document.text().get());
        }
    }

    private void ready(HttpServerRequest request) {
        Readiness.Report report = readiness.report();
        answer(request, report.state() == State.NOT_READY ? 503 : 200, JSON, report.toJson());
    }

    /**
     * A scrape of many tables takes milliseconds, which no event loop has. With {@code name[]} once or more it has those
     * metrics only, as in Prometheus' own libraries.
     */
    private void metrics(HttpServerRequest request) {
        Set<String> names = Set.copyOf(request.params().getAll("name[]"));
        Callable<String> scrape = () -> names.isEmpty() ? registry.scrape() : registry.scrape(PROMETHEUS_TEXT, names);
        vertx.executeBlocking(scrape, false)
                .onComplete(
                        text -> answer(request, 200, PROMETHEUS_TEXT, text),
                        failure -> answer(request, 500, "text/plain", "The metrics cannot be read.\n"));
    }

    // A caller that has gone needs no answer.
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void answer(HttpServerRequest request, int status, String contentType, String body) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", contentType)
                .putHeader("x-content-type-options", "nosniff")
                .end(body);
    }
}
