package io.nearside.proxy.upstream;

import java.net.URI;

/**
 * Where one of DynamoDB's two services listens.
 *
 * @param host DNS name or address
 * @param port TCP port, 1 to 65535
 * @param tls whether to speak HTTPS
 */
record Endpoint(String host, int port, boolean tls) {

    Endpoint {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("host: must not be empty");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " is no TCP port");
        }
    }

    /** The endpoint that an {@code http} or {@code https} URI names; its path is ignored. */
    static Endpoint of(URI uri) {
        String scheme = uri.getScheme();
        if (uri.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw new IllegalArgumentException("endpoint: " + uri + " is no http:// or https:// URL with a host");
        }
        boolean tls = "https".equals(scheme);
        int standard = tls ? 443 : 80;
        return new Endpoint(uri.getHost(), uri.getPort() == -1 ? standard : uri.getPort(), tls);
    }

    /** The {@code Host} of requests: without the port where it is the scheme's own. */
    String hostHeader() {
        return port == (tls ? 443 : 80) ? host : host + ":" + port;
    }

    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + host + ":" + port;
    }
}
