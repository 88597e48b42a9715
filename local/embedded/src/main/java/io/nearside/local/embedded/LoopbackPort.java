package io.nearside.local.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Looks at ports of 127.0.0.1 before somebody else is told to listen there. */
public final class LoopbackPort {
    private LoopbackPort() {}

    /** A port that was free a moment ago. */
    public static int free() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException noPort) {
            throw new UncheckedIOException("no free port on 127.0.0.1", noPort);
        }
    }

    /**
     * Makes sure that a port can be listened on.
     *
     * @throws PortInUseException if it cannot
     */
    public static void requireFree(int port) {
        try (var socket = new ServerSocket()) {
            // As servers do: connections of an earlier run that still linger do not count.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
        } catch (IOException taken) {
            throw new PortInUseException(port);
        }
    }
}
