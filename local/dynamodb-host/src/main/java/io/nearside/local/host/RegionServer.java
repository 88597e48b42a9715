package io.nearside.local.host;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.BindException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;
import software.amazon.dynamodb.services.local.shared.access.AmazonDynamoDBLocal;

/**
 * One region: a database of its own behind an HTTP server of its own.
 *
 * <p>DynamoDB Local's own server listens on every interface and has no option against it. Its request handlers are public,
 * so they run here behind a Jetty server that is bound to loopback. Whatever credentials and region a request is signed
 * for, it sees this region's tables ({@code -sharedDb}); regions of one JVM share nothing.
 */
final class RegionServer {
    /** What {@code -sharedDb} calls its single database. */
    private static final String SHARED_DATABASE = "shared-local-instance";

    private final Server server;
    private final ServerConnector connector;
    private final AmazonDynamoDBLocal database;

    private RegionServer(Server server, ServerConnector connector, AmazonDynamoDBLocal database) {
        this.server = server;
        this.connector = connector;
        this.database = database;
    }

    /**
     * Starts a region.
     *
     * @param port 0 for a free one
     * @param directory created if missing; null keeps everything in memory
     * @param hints told of what is written
     * @throws PortInUseException if something listens there already
     */
    static RegionServer start(int port, @Nullable Path directory, WriteHints hints) throws Exception {
        var requests = new LocalDynamoDBRequestHandler(0, directory == null, path(directory), true, false);
        AmazonDynamoDBLocal database = open(requests);
        var server = new Server();
        var connector = new ServerConnector(server, 1, 1);
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        connector.setPort(port);
        server.addConnector(connector);
        server.setHandler(new WriteWatch(new LocalDynamoDBServerHandler(requests, "*"), hints));
        try {
            server.start();
        } catch (IOException failure) {
            throw failure.getCause() instanceof BindException ? new PortInUseException(port) : failure;
        }
        return new RegionServer(server, connector, database);
    }

    int port() {
        return connector.getLocalPort();
    }

    /** Closes every open shard of every stream and opens its child, as DynamoDB does every few hours. */
    void rollOverShards() {
        database.triggerShardRollovers();
    }

    /** Makes every record and shard this much older, as if the time had passed. */
    void dilateEventTimes(long millis) {
        database.dilateEventTimes(millis);
    }

    void stop() throws Exception {
        server.stop();
        database.shutdown();
    }

    private static @Nullable String path(@Nullable Path directory) throws IOException {
        return directory == null ? null : Files.createDirectories(directory).toString();
    }

    /** The database opens with its first request, and only the request handler knows it: hence its private method. */
    private static AmazonDynamoDBLocal open(LocalDynamoDBRequestHandler requests) throws ReflectiveOperationException {
        Method opener = LocalDynamoDBRequestHandler.class.getDeclaredMethod("getHandler", String.class);
        opener.setAccessible(true);
        return (AmazonDynamoDBLocal) opener.invoke(requests, SHARED_DATABASE);
    }

    /** Something else listens on a port that a region was given. */
    static final class PortInUseException extends Exception {
        private final int port;

        PortInUseException(int port) {
            super("port " + port + " is in use");
            this.port = port;
        }

        int port() {
            return port;
        }
    }
}
