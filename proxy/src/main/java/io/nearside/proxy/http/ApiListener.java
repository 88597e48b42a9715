package io.nearside.proxy.http;

import io.nearside.config.AllowedHosts;
import io.nearside.proxy.auth.AccessControl;
import io.nearside.proxy.config.ListenConfig;
import io.nearside.proxy.metrics.Refusal;
import io.nearside.proxy.metrics.RequestMeters;
import io.nearside.proxy.operation.Operations;
import io.nearside.proxy.operation.ReadyAnswers;
import io.nearside.proxy.upstream.Relay;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The data port: one HTTP server per event loop on one shared port. Connections stay on their event loop.
 *
 * <p>Holds at most {@code listen.max-connections} connections, {@code listen.max-connections-per-address} of one address; a
 * further one is closed at once, and so is one on which the head of a request takes longer than ten seconds.
 *
 * <p>Closing drains first: while the port still listens, every answer says {@code Connection: close}, until nobody asks any
 * more or a moment has passed. So callers with kept-alive connections go elsewhere between two requests, where closing an
 * idle-looking connection would meet the next one on its way. Then it stops accepting, lets requests under way finish within the
 * grace and cuts what is left.
 */
public final class ApiListener {

    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private static final int ANY_SHARED_PORT = -1;

    /** Longest time for which callers are sent away before the port closes, and again before their connections do. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private static final long LOOK_MILLIS = 50;

    /** As many looks without an answer in between mean that nobody is asking. */
    private static final int QUIET_LOOKS = 4;

    private final Vertx vertx;
    private final ListenConfig config;
    private final Operations operations;
    private final Optional<ReadyAnswers> ready;
    private final Relay relay;
    private final Optional<AccessControl> access;
    private final AllowedHosts hosts;
    private final RequestMeters meters;
    private final InstantSource wall;
    private final Optional<Tls> tls;
    private final Tracing tracing;
    private final int logOneIn;
    private final BodyBudget budget;
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
    private final Drain drain = new Drain();
    private final CallerAddresses addresses;
    private volatile int port;
    private volatile @Nullable Channel acceptor;
    private volatile long tlsTimer = -1;

    /**
     * @param ready the short way to answers from memory; empty where every request must be seen as a whole, as authenticators and
     *     spans need it
     * @param relay hands on what is meant for no operation; the cache hears of what goes this way
     * @param access verifies signatures and knows rights; empty lets anybody do anything
     * @param tls what {@code listen.tls} names; empty speaks plain HTTP
     * @param logOneIn one request in so many goes to the access log; 0 for none
     */
    public ApiListener(
            Vertx vertx,
            ListenConfig config,
            Operations operations,
            Optional<ReadyAnswers> ready,
            Relay relay,
            Optional<AccessControl> access,
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
        this.access = access;
        this.hosts = new AllowedHosts(config.hosts());
        this.meters = meters;
        this.wall = wall;
        this.tls = tls;
        this.tracing = tracing;
        this.logOneIn = logOneIn;
        this.addresses = new CallerAddresses(config.maxConnectionsPerAddress());
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

    /** Sends callers away, stops accepting, waits for requests under way, then ends all connections; all within the grace. */
    public Future<Void> close(Duration grace) {
        vertx.cancelTimer(tlsTimer);
        long startedNanos = System.nanoTime();
        long lingerMillis = Math.min(LINGER.toMillis(), grace.toMillis() / 4);
        drain.begin();
        return quiet(lingerMillis)
                .compose(quiet -> stopAccepting())
                // Those who connected at the last moment are sent away, too.
                .compose(stopped -> drain.answers() == 0 ? Future.succeededFuture() : quiet(lingerMillis))
                .compose(quiet -> shutdown(grace.toNanos() - (System.nanoTime() - startedNanos)));
    }

    /** Waits until nobody asks any more, or the time is up. */
    private Future<Void> quiet(long mostMillis) {
        Promise<Void> quiet = Promise.promise();
        look(quiet, drain.answers(), 0, mostMillis);
        return quiet.future();
    }

    private void look(Promise<Void> quiet, long answersBefore, int quietLooks, long leftMillis) {
        if (servers.isEmpty() || meters.connections() == 0 || quietLooks == QUIET_LOOKS || leftMillis < LOOK_MILLIS) {
            quiet.complete();
            return;
        }
        vertx.setTimer(LOOK_MILLIS, tick -> {
            long answers = drain.answers();
            look(quiet, answers, answers == answersBefore ? quietLooks + 1 : 0, leftMillis - LOOK_MILLIS);
        });
    }

    /**
     * Closes the listening socket. Vert.x does so only after its servers have given up their event loops; a connection that is
     * accepted in between finds none, which is an exception with a stack trace in the log.
     */
    private Future<Void> stopAccepting() {
        Channel listening = acceptor;
        if (listening == null) {
            return Future.succeededFuture();
        }
        Promise<Void> closed = Promise.promise();
        listening.close().addListener(done -> closed.complete());
        return closed.future();
    }

    private Future<Void> shutdown(long leftNanos) {
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNanos));
        return Future.join(servers.stream()
                        .map(server -> server.shutdown(millis, TimeUnit.MILLISECONDS))
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

    private static InetAddress address(HttpConnection connection) {
        return connection instanceof ConnectionBase channeled
                        && channeled.channelHandlerContext().channel().remoteAddress()
                                instanceof InetSocketAddress remote
                ? remote.getAddress()
                : InetAddress.getLoopbackAddress();
    }

    private void admit(HttpConnection connection, Optional<ShortWay> shortWay) {
        InetAddress address = address(connection);
        connection.closeHandler(closed -> {
            meters.disconnected();
            addresses.disconnected(address);
        });
        boolean few = addresses.connected(address);
        if (meters.connected() > config.maxConnections() || !few) {
            meters.refused(Refusal.TOO_MANY_CONNECTIONS);
            connection.close();
            return;
        }
        if (connection instanceof ConnectionBase channeled) {
            ChannelHandlerContext requests = channeled.channelHandlerContext();
            HeadDeadline.install(requests.pipeline(), () -> meters.refused(Refusal.TOO_SLOW));
            if (acceptor == null) {
                acceptor = requests.channel().parent();
            }
            shortWay.ifPresent(way -> HitHandler.install(requests, way));
        }
    }

    /** The server of one event loop. */
    private final class EventLoopServer implements Deployable {

        @Override
        public Future<?> deploy(io.vertx.core.Context context) {
            SecureRandom random = new SecureRandom();
            AccessLog accessLog = new AccessLog(logOneIn, new SplittableRandom());
            ApiHandler handler = new ApiHandler(
                    operations,
                    relay,
                    access,
                    hosts,
                    meters,
                    new AnswerWriter(wall, random, drain),
                    tracing,
                    accessLog);
            Optional<ShortWay> shortWay =
                    ready.map(answers -> new ShortWay(answers, new HitEncoder(wall, random), meters, accessLog, drain));
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
