package io.nearside.local.embedded;

/** Something else listens on a port that was asked for. */
public final class PortInUseException extends RuntimeException {
    private final int port;

    PortInUseException(int port) {
        super("port " + port + " on 127.0.0.1 is in use by another process");
        this.port = port;
    }

    /** The port that is taken. */
    public int port() {
        return port;
    }
}
