package io.nearside.proxy.tracing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A DynamoDB with one table and one item in it, which remembers the trace context of the calls for that item. */
final class RecordingDynamoDb implements AutoCloseable {

    private static final String TABLE =
            "{\"Table\":{\"TableName\":\"traced\",\"TableId\":\"id-1\",\"TableStatus\":\"ACTIVE\",\"CreationDateTime\":1.7E9,"
                    + "\"AttributeDefinitions\":[{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"}],"
                    + "\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"}]}}";

    private final HttpServer server;
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();

    /** The headers {@code traceparent} and {@code tracestate} of a GetItem, each line of them. */
    record Call(List<String> parent, List<String> state) {}

    RecordingDynamoDb() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.createContext("/", this::answer);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
            if (target.endsWith(".GetItem")) {
                calls.add(new Call(
                        exchange.getRequestHeaders().getOrDefault("traceparent", List.of()),
                        exchange.getRequestHeaders().getOrDefault("tracestate", List.of())));
            }
            byte[] body = (target.endsWith(".DescribeTable") ? TABLE : "{\"Item\":{\"pk\":{\"S\":\"a\"}}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
