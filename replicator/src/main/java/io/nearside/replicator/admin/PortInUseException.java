package io.nearside.replicator.admin;

import java.io.IOException;

/** Somebody else listens on the admin port or the health port. */
public final class PortInUseException extends IOException {

    PortInUseException(String host, int port, String setting, IOException cause) {
        super(
                (setting.equals("admin.port") ? "admin port " : "health port ") + host + ":" + port
                        + " cannot be bound: it is in use or not an address of this machine; set "
                        + setting.replace("port", "host") + " and " + setting,
                cause);
    }
}
