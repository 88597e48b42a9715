package io.nearside.proxy;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.proxy.operation.Operation;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** No event loop makes a call that may block, whatever it is asked. */
class EventLoopsIT {

    private static final String TABLE = "event-loops";
    private static final String KEY = "\"Key\":{\"pk\":{\"S\":\"k%1$d\"}}";

    /** Each of the ways through the proxy; {@code %1$d} is a number that the key is made of. */
    private static final List<Map.Entry<Operation, String>> CALLS = List.of(
            Map.entry(Operation.PUT_ITEM, "\"Item\":{\"pk\":{\"S\":\"k%1$d\"},\"n\":{\"N\":\"1\"}}"),
            Map.entry(Operation.GET_ITEM, KEY),
            Map.entry(Operation.GET_ITEM, KEY),
            Map.entry(Operation.GET_ITEM, KEY + ",\"ConsistentRead\":true"),
            Map.entry(Operation.GET_ITEM, KEY + ",\"ProjectionExpression\":\"n\""),
            Map.entry(
                    Operation.QUERY,
                    "\"KeyConditionExpression\":\"pk = :p\",\"ExpressionAttributeValues\":{\":p\":{\"S\":\"k%1$d\"}}"),
            Map.entry(
                    Operation.QUERY,
                    "\"KeyConditionExpression\":\"pk = :p\",\"ExpressionAttributeValues\":{\":p\":{\"S\":\"k%1$d\"}}"),
            Map.entry(
                    Operation.UPDATE_ITEM,
                    KEY + ",\"UpdateExpression\":\"ADD n :n\",\"ExpressionAttributeValues\":{\":n\":{\"N\":\"1\"}}"),
            Map.entry(Operation.UPDATE_ITEM, KEY + ",\"UpdateExpression\":\"wrong\""),
            Map.entry(Operation.SCAN, "\"Limit\":3"),
            Map.entry(Operation.GET_ITEM, "\"Key\":{}"),
            Map.entry(Operation.DELETE_ITEM, KEY));

    private static final List<Map.Entry<Operation, String>> WHOLE_BODIES = List.of(
            Map.entry(
                    Operation.BATCH_GET_ITEM,
                    "{\"RequestItems\":{\"event-loops\":{\"Keys\":[{\"pk\":{\"S\":\"k%1$d\"}}]}}}"),
            Map.entry(
                    Operation.BATCH_WRITE_ITEM,
                    "{\"RequestItems\":{\"event-loops\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"k%1$d\"}}}}]}}"),
            Map.entry(
                    Operation.TRANSACT_WRITE_ITEMS,
                    "{\"TransactItems\":[{\"Put\":{\"TableName\":\"event-loops\",\"Item\":{\"pk\":{\"S\":\"k%1$d\"}}}}]}"),
            Map.entry(
                    Operation.TRANSACT_GET_ITEMS,
                    "{\"TransactItems\":[{\"Get\":{\"TableName\":\"event-loops\",\"Key\":{\"pk\":{\"S\":\"k%1$d\"}}}}]}"),
            Map.entry(
                    Operation.EXECUTE_STATEMENT,
                    "{\"Statement\":\"SELECT * FROM \\\"event-loops\\\" WHERE pk='k%1$d'\"}"),
            Map.entry(Operation.DESCRIBE_TABLE, "{\"TableName\":\"event-loops\"}"),
            Map.entry(Operation.LIST_STREAMS, "{}"),
            Map.entry(Operation.GET_ITEM, "not json"));

    @Test
    void operations_neverBlockTheirEventLoop() throws Exception {
        String kafka = EmbeddedKafka.shared().bootstrapServers();
        try (ProxyServer proxy = ProxyServer.start(TestProxy.config(
                EmbeddedDynamoDb.shared().endpoint(0),
                "coherence: {kafka: {bootstrap-servers: '" + kafka + "'}}",
                Map.of("NEARSIDE_REGION", "event-loops", "NEARSIDE_NODE_ID", "event-loops")))) {
            assertThat(post(proxy, Operation.CREATE_TABLE, """
                    {"TableName":"event-loops","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
                    "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"}""").status()).isEqualTo(200);
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                post(proxy, Operation.GET_ITEM, body(KEY, 0));
                return post(proxy, Operation.GET_ITEM, body(KEY, 0))
                        .header("x-nearside-cache")
                        .startsWith("hit");
            });
            // What is done once is done before Flight Recorder listens.
            askEverything(proxy, 0);
            askEverything(proxy, 1);

            try (BlockingCalls blocking = new BlockingCalls()) {
                for (int i = 2; i < 12; i++) {
                    askEverything(proxy, i);
                }
                assertThat(blocking.found()).isEmpty();
            }
        }
    }

    /** What the other test would find. */
    @Test
    void blockingCalls_onAnEventLoop_areFound(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "text");
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try (BlockingCalls blocking = new BlockingCalls()) {
            CountDownLatch done = new CountDownLatch(1);
            vertx.runOnContext(event -> {
                sleep();
                read(file);
                done.countDown();
            });
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();

            assertThat(blocking.found().keySet())
                    .anyMatch(call -> call.startsWith("jdk.ThreadSleep") && call.contains("EventLoopsIT.sleep"))
                    .anyMatch(call -> call.startsWith("jdk.FileRead") && call.contains("EventLoopsIT.read"));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void read(Path file) {
        try {
            assertThat(Files.readString(file)).isNotEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void askEverything(ProxyServer proxy, int number) {
        CALLS.forEach(call -> post(proxy, call.getKey(), body(call.getValue(), number)));
        WHOLE_BODIES.forEach(call -> post(proxy, call.getKey(), call.getValue().formatted(number)));
    }

    private static String body(String members, int number) {
        return "{\"TableName\":\"" + TABLE + "\"," + members.formatted(number) + "}";
    }

    private static RawHttp.Response post(ProxyServer proxy, Operation operation, String body) {
        return RawHttp.send(
                TestProxy.endpoint(proxy),
                "POST",
                "/",
                Map.of(
                        "X-Amz-Target",
                        operation.target(),
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request"),
                body.getBytes(StandardCharsets.UTF_8));
    }
}
