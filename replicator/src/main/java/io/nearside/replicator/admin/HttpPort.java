package io.nearside.replicator.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A port of the JDK's HTTP server with what that lacks as it comes: a deadline for the arrival of a request, and a bound on the
 * threads that requests arrive on.
 *
 * <p>A connection costs a thread from the first byte of a request to its last, so a few half-sent requests would hold a small pool
 * for ever. Here each has {@value #ARRIVAL_SECONDS} s, and {@value #ARRIVING} may arrive at a time; one more is disconnected. The
 * handler runs on the thread of the arrival and must not wait: what takes time belongs on threads of its own.
 */
final class HttpPort implements AutoCloseable {

    static final int ARRIVAL_SECONDS = 5;
    static final int ARRIVING = 64;

    static final String JSON = "application/json";

    private static final int IDLE_SECONDS = 30;

    static {
        // Read once, when the JDK's server is first used in a process.
        String deadline = "sun.net.httpserver.maxReqTime";
        if (System.getProperty(deadline) == null) {
            System.setProperty(deadline, String.valueOf(ARRIVAL_SECONDS));
        }
    }

    /** Answers one request, or hands it on. */
    interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService arrivals;

    private HttpPort(HttpServer server, ExecutorService arrivals) {
        this.server = server;
        this.arrivals = arrivals;
    }

    /**
     * Binds a port and serves.
     *
     * @param name of the threads
     * @param setting where the configuration says which port, such as {@code admin.port}
     * @throws PortInUseException if somebody else has the port
     * @throws IOException if the address cannot be bound for another reason
     */
    static HttpPort open(String host, int port, String setting, String name, Handler handler) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(host, port), 0);
        } catch (BindException e) {
            throw new PortInUseException(host, port, setting, e);
        }
        HttpPort opened = new HttpPort(server, threads(name, ARRIVING));
        server.createContext("/", handler::handle);
        server.setExecutor(opened.arrivals);
        server.start();
        return opened;
    }

    /** At most so many threads, made when needed; a task that finds none free is rejected. */
    static ExecutorService threads(String name, int most) {
        return new ThreadPoolExecutor(0, most, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    int port() {
        return server.getAddress().getPort();
    }

    static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        arrivals.shutdownNow();
    }
}
