package io.nearside.replicator.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.nearside.config.AllowedHosts;
import io.nearside.replicator.admin.AdminRoutes.Handler;
import io.nearside.replicator.admin.Health.State;
import io.nearside.replicator.config.AdminConfig;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The admin port: few requests, never from applications.
 *
 * <p>{@code GET} of {@code /metrics}, {@code /health/live}, {@code /health/ready}, the console at {@code /} and the pages below
 * {@code /api/}. What changes something, shows keys or items, or reads whole tables is an action: a {@code POST} whose header
 * {@code x-nearside-action} repeats the path behind {@code /api/}, which no page of another origin can make a browser send; answered
 * 403 unless {@code admin.actions-enabled}. A request whose {@code Host} is neither loopback, a literal address nor listed in
 * {@code admin.hosts} is refused.
 *
 * <p>Health is answered on the thread that a request arrives on, everything else on threads of its own kind: so neither long work nor
 * a reader that does not read keeps a probe waiting. A handler that fails answers 500 with its message, and the server goes on.
 */
public final class AdminServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final String ACTION_HEADER = "x-nearside-action";
    private static final String API = "/api/";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private static final int PAGES_AT_A_TIME = 16;
    private static final int LONG_ACTIONS_AT_A_TIME = 16;

    /** Actions take their parameters from the query; a body is read to its end and ignored. */
    private static final int LONGEST_BODY = 64 << 10;

    private final Supplier<String> metrics;
    private final Readiness readiness;
    private final AdminRoutes routes;
    private final AllowedHosts hosts;
    private final boolean actionsEnabled;
    private final String console = ConsolePage.load();
    private final ExecutorService pageThreads = HttpPort.threads("nearside-admin", PAGES_AT_A_TIME);
    private final ExecutorService workThreads = HttpPort.threads("nearside-admin-work", LONG_ACTIONS_AT_A_TIME);
    private final HttpPort port;

    private AdminServer(AdminConfig config, Supplier<String> metrics, Readiness readiness, AdminRoutes routes)
            throws IOException {
        this.metrics = metrics;
        this.readiness = readiness;
        this.routes = routes;
        this.hosts = new AllowedHosts(config.hosts());
        this.actionsEnabled = config.actionsEnabled();
        this.port = HttpPort.open(config.host(), config.port(), "admin.port", "nearside-admin-arrival", this::arrived);
    }

    /**
     * Binds the port and serves.
     *
     * @param metrics the text of {@code /metrics}
     * @throws PortInUseException if somebody else has the port
     * @throws IOException if the address cannot be bound for another reason
     */
    public static AdminServer start(
            AdminConfig config, Supplier<String> metrics, Readiness readiness, AdminRoutes routes) throws IOException {
        return new AdminServer(config, metrics, readiness, routes);
    }

    /** The port that is bound. */
    public int port() {
        return port.port();
    }

    /** On the thread of the arrival: decides who answers. */
    private void arrived(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (!exchange.getRequestHeaders().getOrDefault("Host", List.of()).stream()
                .allMatch(hosts::allows)) {
            answer(
                    exchange,
                    () -> error(
                            exchange,
                            403,
                            "this port does not answer to the name in Host; list names to answer to in admin.hosts"));
        } else if (exchange.getRequestBody().readNBytes(LONGEST_BODY + 1).length > LONGEST_BODY) {
            answer(exchange, () -> error(exchange, 413, "the request is too long"));
        } else if (path.startsWith("/health/")) {
            answer(exchange, () -> route(exchange, path));
        } else {
            handOn(exchange, path);
        }
    }

    private void handOn(HttpExchange exchange, String path) {
        ExecutorService threads = routes.longActions().containsKey(path) ? workThreads : pageThreads;
        try {
            threads.execute(() -> answer(exchange, () -> route(exchange, path)));
        } catch (RejectedExecutionException e) {
            answer(exchange, () -> error(exchange, 503, "too many requests are under way; try again later"));
        }
    }

    private interface Answer {
        void give() throws IOException;
    }

    private static void answer(HttpExchange exchange, Answer answer) {
        try (exchange) {
            try {
                answer.give();
            } catch (IllegalArgumentException e) {
                error(exchange, 400, String.valueOf(e.getMessage()));
            } catch (UnavailableException e) {
                error(exchange, 503, String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                LOG.atError()
                        .setCause(e)
                        .addKeyValue("path", exchange.getRequestURI().getPath())
                        .log("an admin request failed");
                error(exchange, 500, e.toString());
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a caller of the admin port went before its answer");
        }
    }

    private void route(HttpExchange exchange, String path) throws IOException {
        @Nullable Handler action =
                routes.actions().getOrDefault(path, routes.longActions().get(path));
        switch (exchange.getRequestMethod()) {
            case "GET", "HEAD" -> {
                if (action == null) {
                    get(exchange, path);
                } else {
                    error(exchange, 405, "only POST, with the header " + ACTION_HEADER + ": " + name(path));
                }
            }
            case "POST" -> act(exchange, path, action);
            default -> error(exchange, 405, "only GET and POST");
        }
    }

    private void get(HttpExchange exchange, String path) throws IOException {
        switch (path) {
            case "/" -> console(exchange);
            case "/metrics" -> HttpPort.send(exchange, 200, PROMETHEUS, metrics.get());
            case "/health/live" -> HttpPort.send(exchange, 200, HttpPort.JSON, "{\"status\":\"live\"}\n");
            case "/health/ready" -> ready(exchange);
            case "/api/actions" -> json(exchange, 200, actions());
            default -> document(exchange, path);
        }
    }

    /** The page is its own style and script, and talks to nobody but this port. */
    private void console(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders()
                .set(
                        "Content-Security-Policy",
                        "default-src 'none'; connect-src 'self'; img-src data:; script-src 'unsafe-inline'; style-src 'unsafe-inline';"
                                + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        HttpPort.send(exchange, 200, HTML, console);
    }

    private void document(HttpExchange exchange, String path) throws IOException {
        Supplier<String> text = routes.texts().get(path);
        if (text == null) {
            page(exchange, path, routes.pages().get(path));
        } else {
            HttpPort.send(exchange, 200, TEXT, text.get());
        }
    }

    private void ready(HttpExchange exchange) throws IOException {
        Readiness.Report report = readiness.report();
        json(exchange, report.state() == State.NOT_READY ? 503 : 200, report.toJson());
    }

    /** {@code /api/actions}: what can be done here, and whether it may be. */
    private JsonNode actions() {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("enabled", actionsEnabled);
        ArrayNode names = node.putArray("actions");
        Stream.of(routes.actions(), routes.longActions())
                .flatMap(some -> some.keySet().stream())
                .map(AdminServer::name)
                .sorted()
                .forEach(names::add);
        return node;
    }

    private void act(HttpExchange exchange, String path, @Nullable Handler action) throws IOException {
        if (action != null && !actionsEnabled) {
            error(exchange, 403, "actions are off; set admin.actions-enabled: true and restart the replicator");
        } else if (action != null
                && !name(path).equals(exchange.getRequestHeaders().getFirst(ACTION_HEADER))) {
            error(exchange, 403, "an action needs the header " + ACTION_HEADER + ": " + name(path));
        } else {
            page(exchange, path, action);
        }
    }

    private static String name(String path) {
        return path.substring(API.length());
    }

    private static void page(HttpExchange exchange, String path, @Nullable Handler handler) throws IOException {
        if (handler == null) {
            error(exchange, 404, "no such page: " + path);
            return;
        }
        json(exchange, 200, handler.handle(parameters(exchange)));
    }

    private static Map<String, String> parameters(HttpExchange exchange) {
        Map<String, String> parameters = new TreeMap<>();
        String query = exchange.getRequestURI().getRawQuery();
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    parameters.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
                }
            }
        }
        return parameters;
    }

    private static String decode(String part) {
        return URLDecoder.decode(part, UTF_8);
    }

    private static void error(HttpExchange exchange, int status, String message) throws IOException {
        json(exchange, status, JsonNodeFactory.instance.objectNode().put("error", message));
    }

    private static void json(HttpExchange exchange, int status, JsonNode body) throws IOException {
        HttpPort.send(exchange, status, HttpPort.JSON, body.toPrettyString() + "\n");
    }

    @Override
    public void close() {
        port.close();
        pageThreads.shutdownNow();
        workThreads.shutdownNow();
    }
}
