package io.nearside.load.guard;

import io.nearside.load.workload.Requests;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A DynamoDB that knows one table and one item, answers at once, and counts what it is asked. */
final class StubDynamoDb implements AutoCloseable {
    private static final String TABLE = """
            {"Table":{"TableName":"%s","TableStatus":"ACTIVE","TableId":"11111111-2222-3333-4444-555555555555",
            "TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/%s","CreationDateTime":1.7E9,
            "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}}""".formatted(Requests.TABLE, Requests.TABLE);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final ConcurrentHashMap<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final String item;
    private final URI endpoint;

    StubDynamoDb(int itemBytes) throws Exception {
        item = "{\"Item\":" + Requests.item(0, itemBytes) + "}";
        int port = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
        endpoint = URI.create("http://127.0.0.1:" + port);
    }

    private void answer(HttpServerRequest request) {
        var target = String.valueOf(request.getHeader("X-Amz-Target"));
        var operation = target.substring(target.indexOf('.') + 1);
        calls.computeIfAbsent(operation, name -> new AtomicInteger()).incrementAndGet();
        var body = switch (operation) {
            case "DescribeTable" -> TABLE;
            case "GetItem" -> item;
            default -> "{}";
        };
        request.response()
                .putHeader("Content-Type", "application/x-amz-json-1.0")
                .end(Buffer.buffer(body))
                .onFailure(gone -> calls.computeIfAbsent("lost", name -> new AtomicInteger())
                        .incrementAndGet());
    }

    URI endpoint() {
        return endpoint;
    }

    int calls(String operation) {
        var count = calls.get(operation);
        return count == null ? 0 : count.get();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
