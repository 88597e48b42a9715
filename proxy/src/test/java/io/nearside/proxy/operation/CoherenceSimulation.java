package io.nearside.proxy.operation;

import io.nearside.item.ItemKey;
import io.nearside.item.ItemKeyWriter;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.ItemCacheSettings;
import io.nearside.proxy.cache.PageCaches;
import io.nearside.proxy.cache.VirtualTicker;
import io.nearside.proxy.coherence.Announcer;
import io.nearside.proxy.coherence.ServingRule;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Promises P2 and P4, and hazards C1 to C4, C8, C20 and C28, under random interleavings: no read returns less than what was acknowledged or announced before it
 * began, whatever is under way, lost, late, evicted or expired meanwhile.
 */
class CoherenceSimulation {

    private static final int OPERATIONS = 60_000;
    private static final int KEYS = 6;
    private static final Pattern NUMBER = Pattern.compile("\"N\":\"(\\d+)\"");

    private SplittableRandom random = new SplittableRandom(0);
    private final VirtualTicker ticker = new VirtualTicker();
    private final Map<String, Integer> required = new HashMap<>();
    private final Map<CacheOutcome, Integer> outcomes = new HashMap<>();
    private final Map<CacheOutcome, Integer> batches = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private int nextValue;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void reads_neverReturnLessThanWasPromised(long seed) {
        random = new SplittableRandom(seed);
        SimulatedDynamoDb dynamoDb = new SimulatedDynamoDb(random.split(), ticker);
        ItemCache cache = new ItemCache(
                new ItemCacheSettings(
                        5 * 300,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(30)),
                ticker,
                Runnable::run);
        CachingOperations operations = new CachingOperations(
                dynamoDb,
                cache,
                PageCaches.beside(cache, ticker),
                Announcer.SILENT,
                ServingRule.TTL_ONLY,
                VersionStamps.none("nearside:v"),
                ReservedTables.NONE,
                ticker,
                InstantSource.system());

        for (int i = 0; i < OPERATIONS; i++) {
            step(seed, dynamoDb, cache, operations);
            dynamoDb.advance(random.nextInt(1000) == 0 ? 90_000 : random.nextInt(30));
        }
        dynamoDb.advance(60_000);

        System.out.printf("Seed %d: %d operations, reads %s, batches %s%n", seed, OPERATIONS, outcomes, batches);
        assertThat(violations).isEmpty();
        // Enough hits to have tested something; their number varies by a few in a hundred with the jitter of expiry.
        assertThat(outcomes.getOrDefault(CacheOutcome.HIT, 0)).as("hits").isGreaterThan(OPERATIONS / 50);
        assertThat(outcomes.getOrDefault(CacheOutcome.COALESCED, 0))
                .as("coalesced")
                .isGreaterThan(OPERATIONS / 100);
        assertThat(batches.getOrDefault(CacheOutcome.MISS, 0))
                .as("batches partly or not from memory")
                .isGreaterThan(1000);
        assertThat(cache.counters().writesInstalled()).as("writes installed").isGreaterThan(OPERATIONS / 200);
        assertThat(cache.counters().writesRemoved()).as("writes not installed").isPositive();
        assertThat(operations.faults()).isZero();
    }

    private void step(long seed, SimulatedDynamoDb dynamoDb, ItemCache cache, CachingOperations operations) {
        // One key is written often, one hardly ever.
        String key = "k" + Math.min(random.nextInt(KEYS), random.nextInt(KEYS));
        int luck = random.nextInt(100);
        if (luck < 85) {
            read(seed, dynamoDb, operations, key);
        } else if (luck < 88 && !key.equals("k0")) {
            int value = ++nextValue;
            dynamoDb.writeDirectly(key, value, () -> {
                cache.invalidate("orders", "id-1", itemKey(key), null);
                promise(key, dynamoDb.place(key, value));
            });
        } else {
            write(dynamoDb, operations, key);
        }
    }

    private void read(long seed, SimulatedDynamoDb dynamoDb, CachingOperations operations, String key) {
        if (random.nextInt(10) == 0) {
            readBatch(seed, dynamoDb, operations);
            return;
        }
        int atLeast = required.getOrDefault(key, 0);
        boolean strong = random.nextInt(20) == 0;
        CacheControl control = random.nextInt(30) == 0 ? CacheControl.NO_CACHE : CacheControl.ANY;
        String body = "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"" + key + "\"}}"
                + (strong ? ",\"ConsistentRead\":true" : "") + "}";
        ProxyFixture.ask(operations, new ApiRequest(Operation.GET_ITEM, Buffer.buffer(body), control))
                .onSuccess(answer -> {
                    outcomes.merge(answer.outcome(), 1, Integer::sum);
                    int place = dynamoDb.place(key, value(answer));
                    if (place < atLeast) {
                        violations.add("seed " + seed + ": a read of " + key + " (" + answer.outcome()
                                + ") returned state " + place + " after state " + atLeast + " was promised");
                    }
                });
    }

    private void readBatch(long seed, SimulatedDynamoDb dynamoDb, CachingOperations operations) {
        Map<String, Integer> atLeast = new LinkedHashMap<>();
        for (int i = 0; i < 3; i++) {
            String key = "k" + random.nextInt(KEYS);
            atLeast.put(key, required.getOrDefault(key, 0));
        }
        String keys = atLeast.keySet().stream()
                .map(key -> "{\"pk\":{\"S\":\"" + key + "\"}}")
                .collect(Collectors.joining(",", "[", "]"));
        String body = "{\"RequestItems\":{\"orders\":{\"ConsistentRead\":" + (random.nextInt(20) == 0) + ",\"Keys\":"
                + keys + "}}}";
        operations
                .handle(new ApiRequest(Operation.BATCH_GET_ITEM, Buffer.buffer(body), CacheControl.ANY))
                .onSuccess(answer -> {
                    batches.merge(answer.outcome(), 1, Integer::sum);
                    String[] parts = answer.body().toString().split("UnprocessedKeys", 2);
                    atLeast.forEach((key, place) -> {
                        String spelled = "\"pk\":{\"S\":\"" + key + "\"}";
                        int at = parts[0].indexOf(spelled);
                        boolean unprocessed = parts[1].contains(spelled);
                        int value = at < 0 ? 0 : number(parts[0].substring(at));
                        if (!unprocessed && dynamoDb.place(key, value) < place) {
                            violations.add("seed " + seed + ": a batch (" + answer.outcome() + ") returned state "
                                    + dynamoDb.place(key, value) + " of " + key + " after state " + place
                                    + " was promised");
                        }
                    });
                });
    }

    private void write(SimulatedDynamoDb dynamoDb, CachingOperations operations, String key) {
        int value = ++nextValue;
        String item = "{\"pk\":{\"S\":\"%s\"},\"n\":{\"N\":\"%d\"}}".formatted(key, value);
        String keyOnly = "{\"pk\":{\"S\":\"%s\"}}".formatted(key);
        Operation operation = switch (random.nextInt(12)) {
            case 0, 1 -> Operation.DELETE_ITEM;
            case 2, 3 -> Operation.UPDATE_ITEM;
            case 4 -> Operation.BATCH_WRITE_ITEM;
            case 5 -> Operation.TRANSACT_WRITE_ITEMS;
            case 6 -> Operation.EXECUTE_STATEMENT;
            default -> Operation.PUT_ITEM;
        };
        String body = switch (operation) {
            case DELETE_ITEM -> "{\"TableName\":\"orders\",\"Key\":" + keyOnly + "}";
            case UPDATE_ITEM ->
                "{\"TableName\":\"orders\",\"Key\":" + keyOnly
                        + ",\"UpdateExpression\":\"SET n=:n\",\"ExpressionAttributeValues\":{\":n\":{\"N\":\""
                        + value + "\"}}}";
            case BATCH_WRITE_ITEM -> "{\"RequestItems\":{\"orders\":[{\"PutRequest\":{\"Item\":" + item + "}}]}}";
            case TRANSACT_WRITE_ITEMS ->
                "{\"TransactItems\":[{\"Put\":{\"TableName\":\"orders\",\"Item\":" + item + "}}]}";
            case EXECUTE_STATEMENT -> "{\"Statement\":\"UPDATE orders SET n=" + value + " WHERE pk='" + key + "'\"}";
            default -> "{\"TableName\":\"orders\",\"Item\":" + item + "}";
        };
        int before = dynamoDb.newest(key);
        operations
                .handle(new ApiRequest(operation, Buffer.buffer(body), CacheControl.ANY))
                .onSuccess(answer -> {
                    if (answer.status() == 200) {
                        // A deletion cannot be told from others by its value; what it certainly did is overtake the
                        // past.
                        promise(key, operation == Operation.DELETE_ITEM ? before + 1 : dynamoDb.place(key, value));
                    }
                });
    }

    private void promise(String key, int place) {
        required.merge(key, place, Math::max);
    }

    private static int value(Answer answer) {
        return number(answer.body().toString());
    }

    private static int number(String text) {
        Matcher number = NUMBER.matcher(text);
        return number.find() ? Integer.parseInt(number.group(1)) : 0;
    }

    private static ItemKey itemKey(String key) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        return new ItemKeyWriter().partitionString(utf8, 0, utf8.length).toKey();
    }
}
