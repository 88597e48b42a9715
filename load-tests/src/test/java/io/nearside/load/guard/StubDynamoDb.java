package io.nearside.load.guard;

import io.nearside.load.workload.Requests;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A DynamoDB in which every key of the form of {@link Requests#key} is there, and stays as it is; it answers at once unless
 * told to hold its answers, and counts what it is asked.
 */
final class StubDynamoDb implements AutoCloseable {
    private static final String DESCRIBED = "DescribeTable";
    private static final Pattern TABLE_NAME = Pattern.compile("\"TableName\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern KEY = Pattern.compile("\"S\"\\s*:\\s*\"key(\\d{12})\"");

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final ConcurrentHashMap<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, String> lastBodies = new ConcurrentHashMap<>();
    private final int itemBytes;
    private final URI endpoint;
    private volatile Future<?> answersMayGo = Future.succeededFuture();
    private volatile boolean conditionsFail;

    StubDynamoDb(int itemBytes) throws Exception {
        this.itemBytes = itemBytes;
        int port = vertx.createHttpServer()
                .requestHandler(request -> request.body()
                        .onSuccess(body -> answer(request, body.toString()))
                        .onFailure(gone -> count("lost")))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .actualPort();
        endpoint = URI.create("http://127.0.0.1:" + port);
    }

    private void answer(HttpServerRequest request, String body) {
        var target = String.valueOf(request.getHeader("X-Amz-Target"));
        var operation = target.substring(target.indexOf('.') + 1);
        lastBodies.put(operation, body);
        count(operation);
        var held =
                operation.equals(DESCRIBED) || operation.equals("ListTables") ? Future.succeededFuture() : answersMayGo;
        held.onComplete(released -> {
            boolean refused = conditionsFail && body.contains("ConditionExpression");
            request.response()
                    .setStatusCode(refused ? 400 : 200)
                    .putHeader("Content-Type", "application/x-amz-json-1.0")
                    .end(Buffer.buffer(refused ? refusal() : result(operation, body)))
                    .onFailure(gone -> count("lost"));
        });
    }

    private void count(String operation) {
        calls.computeIfAbsent(operation, name -> new AtomicInteger()).incrementAndGet();
    }

    private String result(String operation, String body) {
        return switch (operation) {
            case DESCRIBED -> description(table(body));
            case "GetItem" -> "{\"Item\":" + item(body) + "}";
            case "UpdateItem" -> "{\"Attributes\":" + item(body) + "}";
            case "Query", "Scan" -> "{\"Items\":[],\"Count\":0,\"ScannedCount\":0}";
            case "BatchGetItem" ->
                "{\"Responses\":{\"" + Requests.TABLE + "\":["
                        + KEY.matcher(body)
                                .results()
                                .map(key -> Requests.item(number(key), itemBytes))
                                .collect(Collectors.joining(","))
                        + "]},\"UnprocessedKeys\":{}}";
            case "BatchWriteItem" -> "{\"UnprocessedItems\":{}}";
            default -> "{}";
        };
    }

    private String item(String body) {
        return KEY.matcher(body)
                .results()
                .findFirst()
                .map(key -> Requests.item(number(key), itemBytes))
                .orElseThrow();
    }

    private static int number(MatchResult key) {
        return Integer.parseInt(key.group(1));
    }

    private static String table(String body) {
        var name = TABLE_NAME.matcher(body);
        return name.find() ? name.group(1) : "";
    }

    private static String refusal() {
        return "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException\","
                + "\"message\":\"The conditional request failed\"}";
    }

    private static String description(String table) {
        boolean sorted = table.equals(Requests.QUERY_TABLE);
        return """
                {"Table":{"TableName":"%s","TableStatus":"ACTIVE","TableId":"11111111-2222-3333-4444-555555555555",
                "TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/%s","CreationDateTime":1.7E9,
                "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}%s],
                "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}%s]}}""".formatted(
                        table,
                        table,
                        sorted ? ",{\"AttributeName\":\"sk\",\"AttributeType\":\"S\"}" : "",
                        sorted ? ",{\"AttributeName\":\"sk\",\"KeyType\":\"RANGE\"}" : "");
    }

    URI endpoint() {
        return endpoint;
    }

    /** Requests with a condition are answered that it does not hold, or as if there were none. */
    void conditionsFail(boolean fail) {
        conditionsFail = fail;
    }

    /** Holds back every answer about data until the returned action is run. */
    Runnable hold() {
        Promise<Void> released = Promise.promise();
        answersMayGo = released.future();
        return () -> {
            answersMayGo = Future.succeededFuture();
            released.complete();
        };
    }

    int calls(String operation) {
        var count = calls.get(operation);
        return count == null ? 0 : count.get();
    }

    /** How often each operation on data was asked for. */
    Map<String, Integer> dataCalls() {
        var counted = new TreeMap<String, Integer>();
        calls.forEach((operation, count) -> {
            if (!operation.equals(DESCRIBED) && !operation.equals("ListTables")) {
                counted.put(operation, count.get());
            }
        });
        return counted;
    }

    /** The body of the last request for an operation. */
    JsonObject lastBody(String operation) {
        return new JsonObject(lastBodies.getOrDefault(operation, "{}"));
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
