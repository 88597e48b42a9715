package io.nearside.replicator.admin;

import java.io.IOException;

/** Somebody else listens on the admin port. */
public final class PortInUseException extends IOException {

    PortInUseException(String host, int port, IOException cause) {
        super(
                "admin port " + host + ":" + port + " cannot be bound: it is in use or not an address of this machine;"
                        + " set admin.host and admin.port",
                cause);
    }
}
