package io.nearside.proxy.operation;

import io.nearside.config.ConfigLoader;
import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.proxy.ProxyServer;
import io.nearside.proxy.config.ProxyConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;

/** A whole proxy in front of DynamoDB Local, and a caller that shows headers and bytes as they come. */
public final class RealProxy implements AutoCloseable {

    private static final String AUTHORIZATION =
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature="
                    + "0".repeat(64);

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI dynamoDb = EmbeddedDynamoDb.shared().endpoint(0);
    private final ProxyServer server;

    /** @param settings more YAML, under keys of the top level */
    public RealProxy(String settings) {
        this("us-east-1", settings);
    }

    /** @param region names the proxy's topics, so tests that share a Kafka take different ones */
    public RealProxy(String region, String settings) {
        String yaml = """
                service: proxy
                region: %s
                node-id: %s
                listen: {port: 0, event-loops: 2}
                admin: {port: 0}
                upstream:
                  endpoint: %s
                  credentials: {provider: static, access-key-id: test, secret-access-key: test}
                """.formatted(region, "node-" + System.nanoTime(), dynamoDb);
        server = ProxyServer.start(ConfigLoader.parse(yaml + settings, ProxyConfig.class, Map.of()));
    }

    /** Asks the proxy. */
    public Reply ask(String operation, String body) {
        return post(URI.create("http://127.0.0.1:" + server.dataPort()), operation, body);
    }

    /** Asks DynamoDB itself, around the proxy. */
    public Reply askDirectly(String operation, String body) {
        return post(dynamoDb, operation, body);
    }

    /** Reads a page of the admin port. */
    public String admin(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.adminPort() + path))
                        .build())
                .body();
    }

    /** Creates a table with a string partition key {@code pk}. */
    public void createTable(String name) {
        Reply reply = ask("CreateTable", """
                {"TableName":"%s","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
                "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"}""".formatted(name));
        if (reply.status() != 200) {
            throw new IllegalStateException(reply.body());
        }
    }

    @Override
    public void close() {
        server.close();
    }

    /**
     * An answer.
     *
     * @param cache the {@code x-nearside-cache} header, with its age; empty without one
     */
    public record Reply(int status, String body, String cache) {}

    private Reply post(URI uri, String operation, String body) {
        HttpResponse<String> response = send(HttpRequest.newBuilder(uri)
                .header("X-Amz-Target", "DynamoDB_20120810." + operation)
                .header("Content-Type", "application/x-amz-json-1.0")
                .header("X-Amz-Date", "20260101T000000Z")
                .header("Authorization", AUTHORIZATION)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
        return new Reply(
                response.statusCode(),
                response.body(),
                response.headers().firstValue("x-nearside-cache").orElse(""));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
