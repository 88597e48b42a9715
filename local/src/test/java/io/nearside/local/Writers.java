package io.nearside.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One application per region that puts, updates and deletes items of one table, half of the time through the proxy and half of the time
 * around it, until told to stop. No write may fail, whatever happens behind it.
 */
final class Writers implements AutoCloseable {
    private static final int KEYS = 40;
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ThreeRegions regions;
    private final String table;
    private final List<AtomicInteger> written = new ArrayList<>();
    private final List<CompletableFuture<Void>> running = new ArrayList<>();
    private volatile int resting = -1;
    private volatile int restingSeen = -1;
    private volatile boolean closed;

    Writers(ThreeRegions regions, String table, long seed) {
        this.regions = regions;
        this.table = table;
        for (int region = 0; region < ThreeRegions.COUNT; region++) {
            int where = region;
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed + region);
            written.add(new AtomicInteger());
            running.add(
                    CompletableFuture.runAsync(() -> run(where, random), task -> new Thread(task, "writer").start()));
        }
    }

    /** Returns when so many more writes were made in a region. */
    void awaitWrites(int region, int more) {
        int enough = written.get(region).get() + more;
        await().atMost(ThreeRegions.PATIENCE).until(() -> {
            failIfOneFailed();
            return written.get(region).get() >= enough;
        });
    }

    int written() {
        return written.stream().mapToInt(AtomicInteger::get).sum();
    }

    /** Returns when the application of a region writes nothing until {@link #wake}. */
    void rest(int region) {
        resting = region;
        await().atMost(ThreeRegions.PATIENCE).until(() -> restingSeen == region);
    }

    void wake() {
        resting = -1;
        restingSeen = -1;
    }

    /** Ends the applications; fails if one of their writes did. */
    @Override
    public void close() {
        closed = true;
        CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
    }

    private void failIfOneFailed() {
        running.stream().filter(CompletableFuture::isCompletedExceptionally).forEach(CompletableFuture::join);
        assertThat(closed).isFalse();
    }

    private void run(int region, RandomGenerator random) {
        while (!closed) {
            if (resting == region) {
                restingSeen = region;
            } else {
                DynamoDbClient client = random.nextBoolean() ? regions.direct(region) : regions.proxied(region);
                write(client, random, region + "-" + written.get(region).incrementAndGet());
            }
            LockSupport.parkNanos(PACE_NANOS);
        }
    }

    private void write(DynamoDbClient client, RandomGenerator random, String value) {
        String id = "k" + random.nextInt(KEYS);
        switch (random.nextInt(4)) {
            case 0 -> client.deleteItem(request -> request.tableName(table).key(Tables.key(id)));
            case 1 ->
                client.updateItem(request -> request.tableName(table)
                        .key(Tables.key(id))
                        .updateExpression("SET #v = :v")
                        .expressionAttributeNames(Map.of("#v", "value"))
                        .expressionAttributeValues(Map.of(":v", AttributeValue.fromS(value))));
            default -> client.putItem(request -> request.tableName(table).item(Tables.item(id, value)));
        }
    }
}
