package io.nearside.proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/** HTTP without a library's opinion of what may be sent: one request over one connection. */
public final class RawHttp {

    private static final int TIMEOUT_MILLIS = 20_000;

    private RawHttp() {}

    /**
     * An answer; header names are lower case.
     *
     * @param crc32 of the body, as the header spells it but computed apart from the code under test
     */
    public record Response(int status, Map<String, String> headers, String text, String crc32) {
        /** A header's value, or the empty string. */
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** Sends a request with the headers given and {@code Host} and {@code Content-Length}. */
    public static Response send(URI endpoint, String method, String path, Map<String, String> headers, byte[] body) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        head.append("Host: ").append(endpoint.getAuthority()).append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (body.length > 0 || method.equals("POST")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        if (!method.equals("POST")) {
            // Not all answers to these have a length. A POST without it goes the way that those of SDKs go.
            head.append("Connection: close\r\n");
        }
        head.append("\r\n");
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        return exchange(endpoint, request.toByteArray());
    }

    /** Sends bytes and reads one answer until the connection ends. */
    public static Response exchange(URI endpoint, byte[] request) {
        try (Socket socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            return parse(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Response parse(InputStream in) throws IOException {
        String status = line(in);
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        String length = headers.get("content-length");
        byte[] body = length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
        CRC32 crc32 = new CRC32();
        crc32.update(body, 0, body.length);
        return new Response(
                Integer.parseInt(status.substring(9, 12)),
                headers,
                new String(body, StandardCharsets.UTF_8),
                Long.toString(crc32.getValue()));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the connection ended within the head of an answer");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
