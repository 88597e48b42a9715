package io.nearside.proxy.operation;

import io.nearside.proxy.cache.VirtualTicker;
import io.nearside.proxy.upstream.Upstream;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.nearside.proxy.upstream.UpstreamException;
import io.nearside.proxy.upstream.UpstreamException.Landing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One table {@code orders} with replicas that lag, under virtual time: requests take a while, land at some moment of it,
 * are answered later, in any order, or never. Keeps the whole history of every key, which is the naive model that cached
 * answers are compared with.
 */
final class SimulatedDynamoDb implements Upstream {

    /** Replicas lag up to just under the recent-write window, lost writes land up to just under the uncertain one. */
    private static final long LAG_MILLIS = 2_900;

    private static final long LOST_MILLIS = 29_900;
    private static final long LATENCY_MILLIS = 60;
    private static final Pattern KEY = Pattern.compile("\"pk\":\\{\"S\":\"(k\\d)\"}|pk='(k\\d)'");
    private static final Pattern NUMBER = Pattern.compile("\"N\":\"(\\d+)\"|n=(\\d+)");

    private final SplittableRandom random;
    private final VirtualTicker ticker;
    private final ScriptedUpstream descriptions = new ScriptedUpstream();
    private final Map<String, List<State>> histories = new HashMap<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private long now;
    private long order;

    /** What a key held from a moment on; 0 is no item. */
    private record State(long since, int value) {}

    private record Event(long at, long order, Runnable action) {}

    SimulatedDynamoDb(SplittableRandom random, VirtualTicker ticker) {
        this.random = random;
        this.ticker = ticker;
        descriptions.table("orders", "id-1", "");
    }

    @Override
    public Future<UpstreamAnswer> send(ApiRequest request) {
        return switch (request.operation()) {
            case DESCRIBE_TABLE -> descriptions.send(request);
            case GET_ITEM -> read(request.body().toString());
            case BATCH_GET_ITEM -> batch(request.body().toString());
            default -> write(request.operation(), request.body().toString());
        };
    }

    /** Lets time pass, and everything happen that is due. */
    void advance(long millis) {
        long until = now + millis;
        for (Event next = events.peek(); next != null && next.at <= until; next = events.peek()) {
            events.remove();
            passTo(next.at);
            next.action.run();
        }
        passTo(until);
    }

    /** A write by somebody who does not use this proxy; {@code announced} runs when it is heard of. */
    void writeDirectly(String key, int value, Runnable announced) {
        land(key, value);
        after(random.nextLong(500), announced);
    }

    /** The newest place of a value in the history of its key; -1 if the key never held it. */
    int place(String key, int value) {
        List<State> states = history(key);
        for (int i = states.size() - 1; i >= 0; i--) {
            if (states.get(i).value == value) {
                return i;
            }
        }
        return -1;
    }

    /** The place of what the key holds now. */
    int newest(String key) {
        return history(key).size() - 1;
    }

    private Future<UpstreamAnswer> read(String body) {
        Promise<UpstreamAnswer> promise = Promise.promise();
        String key = group(KEY, body);
        boolean strong = body.contains("\"ConsistentRead\":true");
        after(random.nextLong(LATENCY_MILLIS), () -> {
            int value = strong ? valueAt(key, now) : valueAt(key, now - random.nextLong(LAG_MILLIS));
            String found = value == 0 ? "{}" : "{\"Item\":" + item(key, value) + "}";
            after(random.nextLong(LATENCY_MILLIS), () -> promise.complete(answer(200, found)));
        });
        return promise.future();
    }

    /** Every key by a replica of its own choice, and now and then one unprocessed. */
    private Future<UpstreamAnswer> batch(String body) {
        Promise<UpstreamAnswer> promise = Promise.promise();
        List<String> keys =
                KEY.matcher(body).results().map(found -> found.group(1)).toList();
        boolean strong = body.contains("\"ConsistentRead\":true");
        after(random.nextLong(LATENCY_MILLIS), () -> {
            List<String> items = new ArrayList<>();
            List<String> unprocessed = new ArrayList<>();
            for (String key : keys) {
                int value = strong ? valueAt(key, now) : valueAt(key, now - random.nextLong(LAG_MILLIS));
                String spelled = "\"pk\":{\"S\":\"" + key + "\"}";
                if (random.nextInt(20) == 0) {
                    unprocessed.add("{" + spelled + "}");
                } else if (value != 0) {
                    items.add("{" + spelled + ",\"n\":{\"N\":\"" + value + "\"}}");
                }
            }
            String said = "{\"Responses\":{\"orders\":[" + String.join(",", items) + "]},\"UnprocessedKeys\":{"
                    + (unprocessed.isEmpty() ? "" : "\"orders\":{\"Keys\":[" + String.join(",", unprocessed) + "]}")
                    + "}}";
            after(random.nextLong(LATENCY_MILLIS), () -> promise.complete(answer(200, said)));
        });
        return promise.future();
    }

    private Future<UpstreamAnswer> write(Operation operation, String body) {
        Promise<UpstreamAnswer> promise = Promise.promise();
        String key = group(KEY, body);
        boolean delete = operation == Operation.DELETE_ITEM;
        int value = delete ? 0 : Integer.parseInt(group(NUMBER, body));
        long answered = random.nextLong(1, LATENCY_MILLIS);
        int luck = random.nextInt(100);
        if (luck < 75) {
            after(random.nextLong(answered), () -> land(key, value));
            String image =
                    body.contains("\"ReturnValues\":\"ALL_NEW\"") ? "{\"Attributes\":" + item(key, value) + "}" : "{}";
            after(answered, () -> promise.complete(answer(200, image)));
        } else if (luck < 83) {
            after(
                    answered,
                    () -> promise.complete(answer(
                            400, "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException\"}")));
        } else if (luck < 86) {
            after(answered, () -> promise.fail(failure(Landing.NOT_SENT)));
        } else {
            if (random.nextBoolean()) {
                after(answered + random.nextLong(LOST_MILLIS), () -> land(key, value));
            }
            after(answered, () -> {
                if (luck < 90) {
                    promise.complete(answer(500, "{}"));
                } else {
                    promise.fail(failure(Landing.UNKNOWN));
                }
            });
        }
        return promise.future();
    }

    private static String item(String key, int value) {
        return "{\"pk\":{\"S\":\"" + key + "\"},\"n\":{\"N\":\"" + value + "\"}}";
    }

    private void land(String key, int value) {
        history(key).add(new State(now, value));
    }

    private int valueAt(String key, long time) {
        int value = 0;
        for (State state : history(key)) {
            if (state.since <= time) {
                value = state.value;
            }
        }
        return value;
    }

    /** Every key begins with no item. */
    private List<State> history(String key) {
        return histories.computeIfAbsent(key, k -> new ArrayList<>(List.of(new State(Long.MIN_VALUE, 0))));
    }

    private void after(long millis, Runnable action) {
        events.add(new Event(now + millis, order++, action));
    }

    private void passTo(long time) {
        ticker.advance(Duration.ofMillis(time - now));
        now = time;
    }

    private static UpstreamAnswer answer(int status, String body) {
        return new UpstreamAnswer(status, Buffer.buffer(body), "id");
    }

    private static UpstreamException failure(Landing landing) {
        return new UpstreamException(landing, "cut", new IOException("cut"));
    }

    private static String group(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException(text);
        }
        return matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    }
}
