package io.nearside.proxy.auth;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.stream.Collectors;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The canonical form of a request that Signature Version 4 hashes. */
final class CanonicalRequest {

    private static final String UNRESERVED = "-._~";

    private CanonicalRequest() {}

    static String of(RequestHead head, String signedHeaders, Buffer body) {
        int question = head.uri().indexOf('?');
        String path = question < 0 ? head.uri() : head.uri().substring(0, question);
        String query = question < 0 ? "" : head.uri().substring(question + 1);
        StringBuilder canonical = new StringBuilder(512)
                .append(head.method())
                .append('\n')
                .append(path(path))
                .append('\n')
                .append(query(query))
                .append('\n');
        for (String name : signedHeaders.split(";", -1)) {
            canonical.append(name).append(':').append(value(head, name)).append('\n');
        }
        return canonical
                .append('\n')
                .append(signedHeaders)
                .append('\n')
                .append(Sha256.hex(body.getBytes()))
                .toString();
    }

    /** Every service but S3 encodes the already encoded path once more. */
    private static String path(String path) {
        return path.isEmpty() || path.equals("/") ? "/" : encode(path);
    }

    private static String encode(String path) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : path.getBytes(UTF_8)) {
            char c = (char) (b & 0xff);
            if (c == '/' || (c < 128 && Character.isLetterOrDigit(c)) || UNRESERVED.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append(String.format("%%%02X", (int) c));
            }
        }
        return encoded.toString();
    }

    private static String query(String query) {
        return query.isEmpty()
                ? ""
                : Arrays.stream(query.split("&", -1))
                        .map(parameter -> parameter.indexOf('=') < 0 ? parameter + "=" : parameter)
                        .sorted()
                        .collect(Collectors.joining("&"));
    }

    private static String value(RequestHead head, String name) {
        return head.headers().getAll(name).stream()
                .map(CanonicalRequest::collapse)
                .collect(Collectors.joining(","));
    }

    /** Trims, and makes every run of blanks one blank. */
    private static String collapse(String value) {
        String stripped = value.strip();
        if (stripped.indexOf("  ") < 0) {
            return stripped;
        }
        StringBuilder collapsed = new StringBuilder(stripped.length());
        for (int i = 0; i < stripped.length(); i++) {
            if (stripped.charAt(i) != ' ' || stripped.charAt(i - 1) != ' ') {
                collapsed.append(stripped.charAt(i));
            }
        }
        return collapsed.toString();
    }
}
