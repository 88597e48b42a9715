package io.nearside.proxy.http;

import io.nearside.proxy.auth.Authenticator;
import io.nearside.proxy.config.ListenConfig;
import io.nearside.proxy.metrics.Refusal;
import io.nearside.proxy.metrics.RequestMeters;
import io.nearside.proxy.operation.Operations;
import io.nearside.proxy.operation.ReadyAnswers;
import io.nearside.proxy.upstream.Relay;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The data port: one HTTP server per event loop on one shared port. Connections stay on their event loop.
 *
 * <p>Holds at most {@code listen.max-connections} connections; a further one is closed at once. Closing stops accepting,
 * lets requests under way finish within the grace and then cuts what is left.
 */
public final class ApiListener {

    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private static final int ANY_SHARED_PORT = -1;

    private final Vertx vertx;
    private final ListenConfig config;
    private final Operations operations;
    private final Optional<ReadyAnswers> ready;
    private final Relay relay;
    private final Optional<Authenticator> authenticator;
    private final RequestMeters meters;
    private final InstantSource wall;
    private final Optional<Tls> tls;
    private final Tracing tracing;
    private final int logOneIn;
    private final BodyBudget budget;
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
    private volatile int port;
    private volatile long tlsTimer = -1;

    /**
     * @param ready the short way to answers from memory; empty where every request must be seen as a whole, as authenticators and
     *     spans need it
     * @param authenticator verifies signatures; empty lets anybody in
     * @param tls what {@code listen.tls} names; empty speaks plain HTTP
     * @param logOneIn one request in so many goes to the access log; 0 for none
     */
    public ApiListener(
            Vertx vertx,
            ListenConfig config,
            Operations operations,
            Optional<ReadyAnswers> ready,
            Relay relay,
            Optional<Authenticator> authenticator,
            RequestMeters meters,
            InstantSource wall,
            Optional<Tls> tls,
            Tracing tracing,
            int logOneIn) {
        this.vertx = vertx;
        this.config = config;
        this.operations = operations;
        this.ready = ready;
        this.relay = relay;
        this.authenticator = authenticator;
        this.meters = meters;
        this.wall = wall;
        this.tls = tls;
        this.tracing = tracing;
        this.logOneIn = logOneIn;
        this.budget = new BodyBudget(config.maxBodyMemory().bytes());
        this.port = config.port();
    }

    /** Listens with this many event loops; fails with {@link java.io.IOException} when the port is taken. */
    public Future<Void> listen(int eventLoops) {
        return deploy(eventLoops)
                .onSuccess(listening -> tls.ifPresent(used -> tlsTimer = used.follow(vertx, () -> servers)));
    }

    /** The TCP port listened on. */
    public int port() {
        return port;
    }

    /** Stops accepting, waits for requests under way, then ends all connections. */
    public Future<Void> close(Duration grace) {
        vertx.cancelTimer(tlsTimer);
        return Future.join(servers.stream()
                        .map(server -> server.shutdown(grace.toMillis(), TimeUnit.MILLISECONDS))
                        .toList())
                .mapEmpty();
    }

    private Future<Void> deploy(int instances) {
        return vertx.deployVerticle(EventLoopServer::new, new DeploymentOptions().setInstances(instances))
                .mapEmpty();
    }

    private HttpServerOptions options() {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.host())
                // Vert.x: 0 is a port for each server of its own, a negative one any port that they share.
                .setPort(config.port() == 0 ? ANY_SHARED_PORT : config.port())
                .setTcpNoDelay(true)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_HEADER_BYTES)
                .setHandle100ContinueAutomatically(true)
                .setHttp2ClearTextEnabled(false)
                // Each would be one more handler that every byte passes through, for a protocol that nobody speaks
                // here.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout(Math.toIntExact(config.idleTimeout().toMillis()));
        tls.ifPresent(used -> used.configure(options));
        return options;
    }

    private void admit(HttpConnection connection, Optional<ShortWay> shortWay) {
        connection.closeHandler(closed -> meters.disconnected());
        if (meters.connected() > config.maxConnections()) {
            meters.refused(Refusal.TOO_MANY_CONNECTIONS);
            connection.close();
        } else if (shortWay.isPresent() && connection instanceof ConnectionBase channeled) {
            HitHandler.install(channeled.channelHandlerContext(), shortWay.get());
        }
    }

    /** The server of one event loop. */
    private final class EventLoopServer implements Deployable {

        @Override
        public Future<?> deploy(io.vertx.core.Context context) {
            SecureRandom random = new SecureRandom();
            AccessLog accessLog = new AccessLog(logOneIn, new SplittableRandom());
            ApiHandler handler = new ApiHandler(
                    operations, relay, authenticator, meters, new AnswerWriter(wall, random), tracing, accessLog);
            Optional<ShortWay> shortWay =
                    ready.map(answers -> new ShortWay(answers, new HitEncoder(wall, random), meters, accessLog));
            ArrivalLimits limits = new ArrivalLimits(
                    Math.toIntExact(config.maxBody().bytes()),
                    config.idleTimeout().toNanos(),
                    () -> meters.refused(Refusal.TOO_SLOW),
                    budget);
            return vertx.createHttpServer(options())
                    .connectionHandler(connection -> admit(connection, shortWay))
                    .requestHandler(request -> Arrival.await(request, handler, limits))
                    .listen()
                    .onSuccess(server -> {
                        servers.add(server);
                        port = server.actualPort();
                    });
        }
    }
}
