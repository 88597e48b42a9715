package io.nearside.proxy.history;

import io.nearside.proxy.history.History.Read;
import io.nearside.proxy.history.History.Write;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Callers that read and write at all nodes at once, each asking again when it is answered, and the history of what they
 * saw. All of them live on one event loop, so the history needs no lock.
 */
final class Callers implements AutoCloseable {

    private static final int PER_NODE = 12;
    private static final int WRITES_PER_HUNDRED = 8;
    private static final int QUERIES_PER_HUNDRED = 18;
    private static final int BATCHES_PER_HUNDRED = 8;
    private static final String AUTHORIZATION =
            "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
    private static final Pattern VALUE = Pattern.compile("\"(\\d)/(\\d+)\"");

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient client = vertx.createHttpClient(
            new HttpClientOptions().setPipelining(false), new PoolOptions().setHttp1MaxSize(PER_NODE));
    private final Nodes nodes;
    private final int partitions;
    private final int operations;
    private final SplittableRandom seeds;
    private final History history = new History();
    private final CountDownLatch ended;
    private int begun;
    private long ids;
    private int hits;
    private int unexpected;
    private String firstUnexpected = "";

    Callers(Nodes nodes, int partitions, int operations, long seed) {
        this.nodes = nodes;
        this.partitions = partitions;
        this.operations = operations;
        this.seeds = new SplittableRandom(seed);
        this.ended = new CountDownLatch(nodes.count() * PER_NODE);
    }

    /** Runs to the end. */
    void run() throws InterruptedException {
        vertx.runOnContext(start -> {
            for (int i = 0; i < nodes.count() * PER_NODE; i++) {
                new Caller(i % nodes.count(), seeds.split()).next();
            }
        });
        if (!ended.await(10, TimeUnit.MINUTES)) {
            throw new IllegalStateException("callers are still waiting for answers");
        }
    }

    /** What was seen, once all callers have ended. */
    History history() {
        return history;
    }

    /** Answers that came from memory. */
    int hits() {
        return hits;
    }

    /** The first answer that was neither right nor one of the faults that were injected; empty if there was none. */
    String unexpected() {
        return unexpected == 0 ? "" : unexpected + " answers like " + firstUnexpected;
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private record Reply(int status, String body, boolean hit) {}

    private final class Caller {

        private final int node;
        private final SplittableRandom random;
        private final RequestOptions target;

        Caller(int node, SplittableRandom random) {
            this.node = node;
            this.random = random;
            this.target = new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setHost("127.0.0.1")
                    .setPort(nodes.port(node))
                    .setURI("/");
        }

        void next() {
            if (begun++ >= operations) {
                ended.countDown();
                return;
            }
            int luck = random.nextInt(100);
            if (luck < WRITES_PER_HUNDRED) {
                write(key());
            } else if (luck < WRITES_PER_HUNDRED + QUERIES_PER_HUNDRED) {
                query(key());
            } else if (luck < WRITES_PER_HUNDRED + QUERIES_PER_HUNDRED + BATCHES_PER_HUNDRED) {
                batchGetItem(key());
            } else {
                getItem(key());
            }
        }

        /** Some keys are asked for far more often than others. */
        private int key() {
            double uniform = random.nextDouble();
            return (int) (uniform * uniform * partitions * LaggingDynamoDb.SORT_KEYS);
        }

        private void getItem(int key) {
            String projection = random.nextInt(4) == 0 ? ",\"ProjectionExpression\":\"v\"" : "";
            ask("GetItem", "{\"TableName\":\"history\"," + keyMember(key) + projection + "}", key, key);
        }

        private void batchGetItem(int key) {
            int last = Math.min(
                    key + random.nextInt(4), key - key % LaggingDynamoDb.SORT_KEYS + LaggingDynamoDb.SORT_KEYS - 1);
            String keys = IntStream.rangeClosed(key, last)
                    .mapToObj(each -> "{" + keyAttributes(each) + "}")
                    .collect(Collectors.joining(","));
            ask("BatchGetItem", "{\"RequestItems\":{\"history\":{\"Keys\":[" + keys + "]}}}", key, last);
        }

        private void query(int key) {
            int sort = key % LaggingDynamoDb.SORT_KEYS;
            int first = key - sort;
            String partition = "\":p\":{\"S\":\"p" + key / LaggingDynamoDb.SORT_KEYS + "\"}";
            if (random.nextBoolean()) {
                ask(
                        "Query",
                        "{\"TableName\":\"history\",\"KeyConditionExpression\":\"pk = :p\",\"ExpressionAttributeValues\":{"
                                + partition + "}}",
                        first,
                        first + LaggingDynamoDb.SORT_KEYS - 1);
            } else {
                int last = Math.min(sort + 2, LaggingDynamoDb.SORT_KEYS - 1);
                ask(
                        "Query",
                        "{\"TableName\":\"history\",\"KeyConditionExpression\":\"pk = :p AND sk BETWEEN :a AND :b\","
                                + "\"ExpressionAttributeValues\":{" + partition + ",\":a\":{\"N\":\"" + sort
                                + "\"},\":b\":{\"N\":\"" + last + "\"}}}",
                        key,
                        first + last);
            }
        }

        private void ask(String operation, String body, int firstKey, int lastKey) {
            long invoked = System.nanoTime();
            send(operation, body).onComplete(asked -> {
                long answered = System.nanoTime();
                Reply reply = asked.result();
                if (reply == null || reply.status != 200) {
                    // A read that met a cut connection twice.
                    expect(reply != null && reply.status == 500, reply);
                    history.addFruitless();
                } else {
                    hits += reply.hit ? 1 : 0;
                    history.add(reads(operation, reply.body, firstKey, lastKey, invoked, answered));
                }
                next();
            });
        }

        private List<Read> reads(
                String operation, String body, int firstKey, int lastKey, long invoked, long answered) {
            long[] values = new long[LaggingDynamoDb.SORT_KEYS];
            Arrays.fill(values, History.ABSENT);
            Matcher found = VALUE.matcher(body);
            while (found.find()) {
                values[Integer.parseInt(found.group(1))] = Long.parseLong(found.group(2));
            }
            List<Read> reads = new ArrayList<>(lastKey - firstKey + 1);
            for (int key = firstKey; key <= lastKey; key++) {
                reads.add(new Read(node, key, operation, values[key % LaggingDynamoDb.SORT_KEYS], invoked, answered));
            }
            return reads;
        }

        private void write(int key) {
            long id = ++ids;
            int sort = key % LaggingDynamoDb.SORT_KEYS;
            String value = "{\"S\":\"" + sort + "/" + id + "\"}";
            switch (random.nextInt(8)) {
                case 0 ->
                    write(
                            key,
                            id,
                            "DeleteItem",
                            "{\"TableName\":\"history\"," + keyMember(key)
                                    + ",\"ConditionExpression\":\"NOT attribute_exists(#d)\",\"ExpressionAttributeNames\":{\"#d\":\"id"
                                    + id + "\"}}");
                case 1, 2, 3 ->
                    write(
                            key,
                            id,
                            "UpdateItem",
                            "{\"TableName\":\"history\"," + keyMember(key)
                                    + ",\"UpdateExpression\":\"SET v = :v\",\"ExpressionAttributeValues\":{\":v\":"
                                    + value + "}}");
                case 4 ->
                    write(key, id, "PutItem", put(key, value, ",\"ConditionExpression\":\"attribute_not_exists(pk)\""));
                default -> write(key, id, "PutItem", put(key, value, ""));
            }
        }

        private void write(int key, long id, String operation, String body) {
            Instant invokedAt = Clock.systemUTC().instant();
            long invoked = System.nanoTime();
            send(operation, body).onComplete(asked -> {
                long answered = System.nanoTime();
                Reply reply = asked.result();
                if (reply != null && reply.status == 200) {
                    history.add(new Write(
                            node,
                            key,
                            id,
                            invoked,
                            answered,
                            invokedAt,
                            Clock.systemUTC().instant()));
                } else {
                    // A cut connection, or a condition that did not hold.
                    expect(reply != null && (reply.status == 500 || reply.body.contains("ConditionalCheck")), reply);
                    history.addFruitless();
                }
                next();
            });
        }

        private String put(int key, String value, String condition) {
            return "{\"TableName\":\"history\",\"Item\":{" + keyAttributes(key) + ",\"v\":" + value + "}" + condition
                    + "}";
        }

        private String keyMember(int key) {
            return "\"Key\":{" + keyAttributes(key) + "}";
        }

        private String keyAttributes(int key) {
            return "\"pk\":{\"S\":\"p" + key / LaggingDynamoDb.SORT_KEYS + "\"},\"sk\":{\"N\":\""
                    + key % LaggingDynamoDb.SORT_KEYS + "\"}";
        }

        private Future<Reply> send(String operation, String body) {
            return client.request(target).compose(request -> {
                request.putHeader("X-Amz-Target", "DynamoDB_20120810." + operation)
                        .putHeader("Authorization", AUTHORIZATION);
                return request.send(Buffer.buffer(body)).compose(Caller.this::reply);
            });
        }

        private Future<Reply> reply(HttpClientResponse response) {
            String cache = response.getHeader("x-nearside-cache");
            boolean hit = cache != null && cache.startsWith("hit");
            return response.body().map(body -> new Reply(response.statusCode(), body.toString(), hit));
        }
    }

    private void expect(boolean expected, Reply reply) {
        if (!expected && unexpected++ == 0) {
            firstUnexpected = String.valueOf(reply);
        }
    }
}
