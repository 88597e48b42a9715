package io.nearside.replicator.admin;

import com.sun.net.httpserver.HttpExchange;
import io.nearside.replicator.admin.Health.State;
import java.io.IOException;

/**
 * The health port: {@code GET} of {@code /health/live} and {@code /health/ready}, and nothing else.
 *
 * <p>For probes from outside where the admin port is out of reach. It says how this process is in one word: reasons, which name
 * tables and hosts, are on the admin port.
 */
public final class HealthServer implements AutoCloseable {

    private final Readiness readiness;
    private final HttpPort port;

    private HealthServer(String host, int port, Readiness readiness) throws IOException {
        this.readiness = readiness;
        this.port = HttpPort.open(host, port, "admin.health-port", "nearside-health", this::answer);
    }

    /**
     * Binds the port and serves.
     *
     * @throws PortInUseException if somebody else has the port
     * @throws IOException if the address cannot be bound for another reason
     */
    public static HealthServer start(String host, int port, Readiness readiness) throws IOException {
        return new HealthServer(host, port, readiness);
    }

    /** The port that is bound. */
    public int port() {
        return port.port();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            switch (exchange.getRequestURI().getPath()) {
                case "/health/live" -> state(exchange, 200, "live");
                case "/health/ready" -> {
                    State state = readiness.report().state();
                    state(exchange, state == State.NOT_READY ? 503 : 200, state.label());
                }
                default -> state(exchange, 404, "unknown");
            }
        }
    }

    private static void state(HttpExchange exchange, int status, String state) throws IOException {
        HttpPort.send(exchange, status, HttpPort.JSON, "{\"status\":\"" + state + "\"}\n");
    }

    @Override
    public void close() {
        port.close();
    }
}
