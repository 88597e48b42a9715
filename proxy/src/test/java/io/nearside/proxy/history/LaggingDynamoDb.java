package io.nearside.proxy.history;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One table of DynamoDB over HTTP, as bad as DynamoDB may be: answers are delayed and so overtake each other, eventually
 * consistent reads come from replicas that lag, connections break before or after a write took effect. Everything happens
 * on one event loop, so the order in which writes take effect is known.
 *
 * <p>The table has the keys {@code pk} ({@code "p" + key / 8}) and {@code sk} ({@code key % 8}) and one attribute
 * {@code v}, {@code "sk/id"}, where the id names the write.
 */
final class LaggingDynamoDb implements AutoCloseable {

    static final String TABLE = "history";
    static final int SORT_KEYS = 8;

    /** The nodes' recent-write-window must be longer. */
    static final int MAX_LAG_MILLIS = 100;

    /** After its connection was cut a write may still land for this long; the uncertain-write-window must be longer. */
    static final int MAX_LATE_MILLIS = 100;

    private static final Pattern PARTITION = Pattern.compile("\"S\":\"p(\\d+)\"");
    private static final Pattern SORT = Pattern.compile("\"N\":\"(\\d)\"");
    private static final Pattern VALUE = Pattern.compile("\"S\":\"\\d/(\\d+)\"");
    private static final Pattern DELETION = Pattern.compile("\"id(\\d+)\"");

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final SplittableRandom random;
    private final Landings landings = new Landings();
    private final List<List<State>> states;
    private final HttpServer server;
    private int reads;
    private int staleReads;

    /** What a key holds from a moment on. */
    private record State(long since, long id, boolean deleted) {}

    /** The operations that are understood. */
    private enum Write {
        PUT,
        UPDATE,
        DELETE
    }

    LaggingDynamoDb(long seed, int keys) {
        this.random = new SplittableRandom(seed);
        this.states = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            states.add(new ArrayList<>());
        }
        this.server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(request -> request.body().onSuccess(body -> handle(request, body.toString())));
        server.listen()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    /** The order in which writes took effect; to be read after {@link #close()}. */
    Landings landings() {
        return landings;
    }

    /** Items read eventually consistently. */
    int reads() {
        return reads;
    }

    /** How many of those had been written meanwhile. */
    int staleReads() {
        return staleReads;
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private void handle(HttpServerRequest request, String body) {
        String target = String.valueOf(request.getHeader("X-Amz-Target"));
        switch (target.substring(target.indexOf('.') + 1)) {
            case "GetItem" -> later(() -> answer(request, getItem(body)));
            case "BatchGetItem" -> later(() -> answer(request, batchGetItem(body)));
            case "Query" -> later(() -> answer(request, query(body)));
            case "PutItem" -> write(request, Write.PUT, body);
            case "UpdateItem" -> write(request, Write.UPDATE, body);
            case "DeleteItem" -> write(request, Write.DELETE, body);
            case "DescribeTable" -> answer(request, DESCRIPTION);
            case "ListTables" -> answer(request, "{\"TableNames\":[\"" + TABLE + "\"]}");
            default -> refuse(request, "UnknownOperationException");
        }
    }

    private String getItem(String body) {
        State state = stateAt(keyOf(body), moment(body));
        return isAbsent(state) ? "{}" : "{\"Item\":" + item(keyOf(body), state) + "}";
    }

    /** Every key is asked of a replica of its own. */
    private String batchGetItem(String body) {
        StringBuilder items = new StringBuilder();
        Matcher partitions = PARTITION.matcher(body);
        Matcher sorts = SORT.matcher(body);
        while (partitions.find() && sorts.find()) {
            int key = Integer.parseInt(partitions.group(1)) * SORT_KEYS + Integer.parseInt(sorts.group(1));
            State state = stateAt(key, moment(body));
            if (!isAbsent(state)) {
                items.append(items.isEmpty() ? "" : ",").append(item(key, state));
            }
        }
        return "{\"Responses\":{\"" + TABLE + "\":[" + items + "]},\"UnprocessedKeys\":{}}";
    }

    /** One page: a partition, or the part of it that {@code BETWEEN} names. */
    private String query(String body) {
        int partition = number(PARTITION, body);
        Matcher bounds = SORT.matcher(body);
        int from = bounds.find() ? Integer.parseInt(bounds.group(1)) : 0;
        int to = bounds.find() ? Integer.parseInt(bounds.group(1)) : SORT_KEYS - 1;
        long moment = moment(body);
        StringBuilder items = new StringBuilder();
        int count = 0;
        for (int sort = from; sort <= to; sort++) {
            int key = partition * SORT_KEYS + sort;
            State state = stateAt(key, moment);
            if (!isAbsent(state)) {
                items.append(count++ == 0 ? "" : ",").append(item(key, state));
            }
        }
        return "{\"Count\":" + count + ",\"Items\":[" + items + "],\"ScannedCount\":" + count + "}";
    }

    private void write(HttpServerRequest request, Write kind, String body) {
        int key = keyOf(body);
        long id = number(kind == Write.DELETE ? DELETION : VALUE, body);
        int luck = random.nextInt(1000);
        if (luck < 4) {
            if (random.nextBoolean()) {
                vertx.setTimer(1 + random.nextInt(MAX_LATE_MILLIS), late -> land(key, id, kind));
            }
            request.connection().close();
            return;
        }
        later(() -> {
            State before = stateAt(key, System.nanoTime());
            if (body.contains("attribute_not_exists") && !isAbsent(before)) {
                later(() -> refuse(request, "ConditionalCheckFailedException"));
                return;
            }
            State after = land(key, id, kind);
            String answer = returned(body, key, before, after);
            later(() -> answer(request, answer));
        });
    }

    private State land(int key, long id, Write kind) {
        State state = new State(System.nanoTime(), id, kind == Write.DELETE);
        states.get(key).add(state);
        landings.landed(key, id, state.deleted, state.since);
        return state;
    }

    private static String returned(String body, int key, @Nullable State before, State after) {
        if (body.contains("\"ALL_NEW\"")) {
            return "{\"Attributes\":" + item(key, after) + "}";
        }
        return body.contains("\"ALL_OLD\"") && !isAbsent(before) ? "{\"Attributes\":" + item(key, before) + "}" : "{}";
    }

    /** The moment whose data a read returns: now, or what a replica has got to. */
    private long moment(String body) {
        long now = System.nanoTime();
        return body.contains("\"ConsistentRead\":true") || random.nextInt(3) == 0
                ? now
                : now - random.nextLong(TimeUnit.MILLISECONDS.toNanos(MAX_LAG_MILLIS));
    }

    private @Nullable State stateAt(int key, long moment) {
        List<State> history = states.get(key);
        reads++;
        for (int i = history.size() - 1; i >= 0; i--) {
            if (history.get(i).since - moment <= 0) {
                return history.get(i);
            }
            staleReads += i == history.size() - 1 ? 1 : 0;
        }
        return null;
    }

    private static boolean isAbsent(@Nullable State state) {
        return state == null || state.deleted;
    }

    private static String item(int key, @Nullable State state) {
        int sort = key % SORT_KEYS;
        return "{\"pk\":{\"S\":\"p" + key / SORT_KEYS + "\"},\"sk\":{\"N\":\"" + sort + "\"},\"v\":{\"S\":\"" + sort
                + "/" + (state == null ? 0 : state.id) + "\"}}";
    }

    private static int keyOf(String body) {
        return number(PARTITION, body) * SORT_KEYS + number(SORT, body);
    }

    private static int number(Pattern pattern, String body) {
        Matcher matcher = pattern.matcher(body);
        if (!matcher.find()) {
            throw new IllegalArgumentException(body);
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** Most answers come soon, some late, so that later ones overtake them. */
    private void later(Runnable action) {
        int luck = random.nextInt(100);
        if (luck < 50) {
            action.run();
        } else {
            vertx.setTimer(luck < 98 ? 1 + random.nextInt(4) : 5 + random.nextInt(60), due -> action.run());
        }
    }

    private static void refuse(HttpServerRequest request, String type) {
        request.response().setStatusCode(400);
        answer(request, "{\"__type\":\"com.amazonaws.dynamodb.v20120810#" + type + "\",\"message\":\"no\"}");
    }

    // A caller that has gone needs no answer.
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void answer(HttpServerRequest request, String body) {
        if (!request.response().closed()) {
            request.response()
                    .putHeader("content-type", "application/x-amz-json-1.0")
                    .end(Buffer.buffer(body));
        }
    }

    private static final String DESCRIPTION = "{\"Table\":{\"TableName\":\"" + TABLE
            + "\",\"TableId\":\"id-1\",\"TableStatus\":\"ACTIVE\",\"CreationDateTime\":1.7E9,\"AttributeDefinitions\":["
            + String.join(
                    ",",
                    Arrays.asList(
                            "{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"}",
                            "{\"AttributeName\":\"sk\",\"AttributeType\":\"N\"}"))
            + "],\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"sk\",\"KeyType\":\"RANGE\"}]}}";
}
