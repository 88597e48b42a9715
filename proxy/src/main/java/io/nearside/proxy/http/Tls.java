package io.nearside.proxy.http;

import io.nearside.proxy.config.TlsConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of the data port. The files are looked at from time to time on a worker thread; a new certificate serves the
 * connections that come after, and files that cannot be used change nothing but the log. HTTP/1.1 only: no SDK asks
 * DynamoDB for more.
 */
public final class Tls {

    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    private final TlsConfig config;
    private volatile TlsIdentity identity;

    private Tls(TlsConfig config, TlsIdentity identity) {
        this.config = config;
        this.identity = identity;
    }

    /**
     * Reads the files. Blocks.
     *
     * @throws TlsException if they cannot be used
     */
    public static Tls load(TlsConfig config) throws TlsException {
        return new Tls(config, TlsIdentity.load(config));
    }

    void configure(HttpServerOptions options) {
        options.setSsl(true).setUseAlpn(false).setKeyCertOptions(keys());
    }

    /** Keeps these servers' certificate up to date, until the timer that is returned is cancelled. */
    long follow(Vertx vertx, Supplier<List<HttpServer>> servers) {
        return vertx.setPeriodic(config.reloadInterval().toMillis(), tick -> look(vertx, servers));
    }

    private void look(Vertx vertx, Supplier<List<HttpServer>> servers) {
        vertx.executeBlocking(() -> TlsIdentity.load(config))
                .compose(found -> found.shows(identity) ? Future.succeededFuture() : use(found, servers.get()))
                .onFailure(failure -> LOG.atWarn()
                        .addKeyValue("problem", failure.getMessage())
                        .log("The TLS files cannot be used; the certificate in use stays"));
    }

    private Future<Void> use(TlsIdentity found, List<HttpServer> servers) {
        identity = found;
        ServerSSLOptions options = new ServerSSLOptions().setKeyCertOptions(keys());
        return Future.join(servers.stream()
                        .map(server -> server.updateSSLOptions(options))
                        .toList())
                .onSuccess(done -> LOG.atInfo()
                        .addKeyValue("certificate", found.description())
                        .log("New connections are served with a new certificate"))
                .mapEmpty();
    }

    private KeyCertOptions keys() {
        return KeyCertOptions.wrap(identity.keyManager());
    }
}
