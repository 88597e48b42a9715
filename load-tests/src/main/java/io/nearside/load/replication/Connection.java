package io.nearside.load.replication;

import io.nearside.load.workload.Requests;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * One kept connection to DynamoDB Local, blocking and bare, so that those who measure take little of the processors from what they
 * measure. For one thread at a time; after a failure it is of no use.
 */
final class Connection implements AutoCloseable {
    private static final int BUFFER = 16 << 10;
    private static final String CONTENT_LENGTH = "content-length:";

    private final int port;
    private final Socket socket;
    private final InputStream in;

    Connection(int port) throws IOException {
        this.port = port;
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream(), BUFFER);
    }

    /** An answer, of whatever status. */
    record Answer(int status, String body) {}

    Answer exchange(String operation, String body) throws IOException {
        socket.getOutputStream().write(Requests.http(operation, body, port));
        return read(in);
    }

    /** Reads an answer that says its length, as DynamoDB Local's do. */
    static Answer read(InputStream in) throws IOException {
        int status = Integer.parseInt(line(in).split(" ", 3)[1]);
        int length = -1;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.regionMatches(true, 0, CONTENT_LENGTH, 0, CONTENT_LENGTH.length())) {
                length = Integer.parseInt(
                        header.substring(CONTENT_LENGTH.length()).strip());
            }
        }
        if (length < 0) {
            throw new IOException("an answer does not say its length");
        }
        byte[] content = in.readNBytes(length);
        if (content.length < length) {
            throw new EOFException("an answer ends early");
        }
        return new Answer(status, new String(content, UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("an answer ends early");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
