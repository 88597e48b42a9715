package io.nearside.replicator.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.nearside.replicator.admin.Health.State;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The admin port on the JDK's own HTTP server: few requests, never from applications.
 *
 * <p>{@code GET} of {@code /metrics}, {@code /health/live}, {@code /health/ready}, the console at {@code /} and the pages below {@code /api/};
 * {@code POST} for actions, answered 403 unless {@code admin.actions-enabled}. Four threads. A handler that fails answers 500 with
 * its message, and the server goes on.
 */
public final class AdminServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final String JSON = "application/json";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    /** Answers one request for a page or an action with JSON. */
    public interface Handler {

        /**
         * Answers.
         *
         * @param parameters of the query, by name
         * @throws IllegalArgumentException if they are wrong: answered 400 with the message
         * @throws UnavailableException if what they need is not there now: answered 503 with the message
         */
        JsonNode handle(Map<String, String> parameters);
    }

    private final HttpServer server;
    private final ExecutorService executor = Executors.newFixedThreadPool(4, task -> {
        Thread thread = new Thread(task, "nearside-admin");
        thread.setDaemon(true);
        return thread;
    });
    private final Supplier<String> metrics;
    private final Readiness readiness;
    private final Map<String, Handler> pages;
    private final Map<String, Handler> actions;
    private final boolean actionsEnabled;
    private final Map<String, Supplier<String>> texts;
    private final String console = ConsolePage.load();

    private AdminServer(
            HttpServer server,
            Supplier<String> metrics,
            Readiness readiness,
            Map<String, Handler> pages,
            Map<String, Handler> actions,
            boolean actionsEnabled,
            Map<String, Supplier<String>> texts) {
        this.server = server;
        this.metrics = metrics;
        this.readiness = readiness;
        this.pages = new TreeMap<>(pages);
        this.actions = new TreeMap<>(actions);
        this.actionsEnabled = actionsEnabled;
        this.texts = Map.copyOf(texts);
    }

    /**
     * Binds the port and serves.
     *
     * @param metrics the text of {@code /metrics}
     * @param pages JSON pages by path, such as {@code /api/status}
     * @param actions the same for POST
     * @param texts pages of plain text by path, such as {@code /api/config}
     * @throws PortInUseException if somebody else has the port
     * @throws IOException if the address cannot be bound for another reason
     */
    public static AdminServer start(
            String host,
            int port,
            Supplier<String> metrics,
            Readiness readiness,
            Map<String, Handler> pages,
            Map<String, Handler> actions,
            boolean actionsEnabled,
            Map<String, Supplier<String>> texts)
            throws IOException {
        HttpServer http;
        try {
            http = HttpServer.create(new InetSocketAddress(host, port), 0);
        } catch (BindException e) {
            throw new PortInUseException(host, port, e);
        }
        AdminServer admin = new AdminServer(http, metrics, readiness, pages, actions, actionsEnabled, texts);
        http.createContext("/", admin::answer);
        http.setExecutor(admin.executor);
        http.start();
        return admin;
    }

    /** The port that is bound. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                route(exchange);
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
        }
    }

    private void route(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        switch (exchange.getRequestMethod()) {
            case "GET", "HEAD" -> get(exchange, path);
            case "POST" -> post(exchange, path);
            default -> error(exchange, 405, "only GET and POST");
        }
    }

    private void get(HttpExchange exchange, String path) throws IOException {
        switch (path) {
            case "/" -> console(exchange);
            case "/metrics" -> send(exchange, 200, PROMETHEUS, metrics.get());
            case "/health/live" -> send(exchange, 200, JSON, "{\"status\":\"live\"}\n");
            case "/health/ready" -> ready(exchange);
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
        send(exchange, 200, HTML, console);
    }

    private void document(HttpExchange exchange, String path) throws IOException {
        Supplier<String> text = texts.get(path);
        if (text == null) {
            page(exchange, pages.get(path));
        } else {
            send(exchange, 200, TEXT, text.get());
        }
    }

    private void ready(HttpExchange exchange) throws IOException {
        Readiness.Report report = readiness.report();
        json(exchange, report.state() == State.NOT_READY ? 503 : 200, report.toJson());
    }

    private void post(HttpExchange exchange, String path) throws IOException {
        Handler action = actions.get(path);
        if (action != null && !actionsEnabled) {
            error(exchange, 403, "actions are off; set admin.actions-enabled: true and restart the replicator");
            return;
        }
        page(exchange, action);
    }

    private static void page(HttpExchange exchange, @Nullable Handler handler) throws IOException {
        if (handler == null) {
            error(exchange, 404, "no such page: " + exchange.getRequestURI().getPath());
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
        send(exchange, status, JSON, body.toPrettyString() + "\n");
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
