package io.nearside.proxy.tracing;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Receives spans by OTLP over HTTP; reads them by the field numbers of {@code opentelemetry/proto/trace/v1/trace.proto}. */
final class OtlpReceiver implements AutoCloseable {

    private final HttpServer server;
    private final Queue<Span> spans = new ConcurrentLinkedQueue<>();

    /**
     * A span.
     *
     * @param kind 2 is a server's, 3 a client's
     * @param attributes those that are strings
     */
    record Span(String trace, String id, String parent, String name, long kind, Map<String, String> attributes) {}

    OtlpReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.createContext("/v1/traces", this::receive);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces");
    }

    List<Span> spans() {
        return List.copyOf(spans);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            UnknownFieldSet request = UnknownFieldSet.parseFrom(exchange.getRequestBody());
            for (UnknownFieldSet resource : messages(request, 1)) {
                for (UnknownFieldSet scope : messages(resource, 2)) {
                    for (UnknownFieldSet span : messages(scope, 2)) {
                        spans.add(span(span));
                    }
                }
            }
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private static Span span(UnknownFieldSet span) throws IOException {
        Map<String, String> attributes = new TreeMap<>();
        for (UnknownFieldSet attribute : messages(span, 9)) {
            for (UnknownFieldSet value : messages(attribute, 2)) {
                attributes.put(text(attribute, 1), text(value, 1));
            }
        }
        return new Span(
                hex(span, 1),
                hex(span, 2),
                hex(span, 4),
                text(span, 5),
                span.getField(6).getVarintList().get(0),
                attributes);
    }

    private static List<UnknownFieldSet> messages(UnknownFieldSet parent, int field) throws IOException {
        List<UnknownFieldSet> messages = new ArrayList<>();
        for (ByteString bytes : parent.getField(field).getLengthDelimitedList()) {
            messages.add(UnknownFieldSet.parseFrom(bytes));
        }
        return messages;
    }

    private static String text(UnknownFieldSet parent, int field) {
        List<ByteString> values = parent.getField(field).getLengthDelimitedList();
        return values.isEmpty() ? "" : values.get(0).toStringUtf8();
    }

    private static String hex(UnknownFieldSet parent, int field) {
        List<ByteString> values = parent.getField(field).getLengthDelimitedList();
        return values.isEmpty() ? "" : HexFormat.of().formatHex(values.get(0).toByteArray());
    }
}
