package io.nearside.local;

import io.nearside.local.ThreeRegions.Node;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Several replicators of one region share its tables while one joins, one stops and one is killed. Nothing is lost; how long each table
 * stood still is printed. Kafka's own sessions last longer than the test, so what it proves is that the processes notice each other.
 */
class ScaleOutIT {
    private static final int TABLES = 1;
    private static final int WRITES_BETWEEN = 10;
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    @TempDir
    Path directory;

    @Test
    void replicators_joiningStoppingAndDying_loseNothing() throws Exception {
        try (ThreeRegions regions = new ThreeRegions(directory, 1)) {
            Node first = regions.startNode(0);
            Node second = regions.startNode(0);
            regions.startNode(1);
            List<String> tables = new ArrayList<>();
            for (int i = 0; i < TABLES; i++) {
                tables.add(regions.createTable(2));
            }
            first.awaitReady();
            List<Way> ways = new ArrayList<>();
            for (String table : tables) {
                ways.add(new Way(table, regions.direct(0), regions.direct(1), "captured"));
                ways.add(new Way(table, regions.direct(1), regions.direct(0), "applied"));
            }
            try {
                awaitArrivals(ways);
                ways.forEach(Way::takeLongestPause);
                awaitArrivals(ways);
                report("at rest", ways);

                Node third = regions.startNode(0);
                third.awaitReady();
                awaitArrivals(ways);
                report("a process joined", ways);

                second.stop();
                awaitArrivals(ways);
                report("a process stopped", ways);

                first.kill();
                long killed = System.nanoTime();
                await().atMost(ThreeRegions.PATIENCE).until(() -> third.output().contains("gives no sign of life"));
                System.out.printf(Locale.ROOT, "noticed after %.1f s%n", (System.nanoTime() - killed) / 1e9);
                awaitArrivals(ways);
                report("a process was killed", ways);
            } finally {
                ways.forEach(Way::stopWriting);
            }
            ways.forEach(Way::awaitAll);
            for (String table : tables) {
                await().atMost(ThreeRegions.PATIENCE)
                        .untilAsserted(() -> assertThat(Tables.unmarked(Tables.scan(regions.direct(1), table)))
                                .isEqualTo(Tables.unmarked(Tables.scan(regions.direct(0), table))));
            }
        }
    }

    /** Until on every way so many more writes have arrived, all made after now. */
    private static void awaitArrivals(List<Way> ways) {
        List<Integer> enough =
                ways.stream().map(way -> way.written.get() + WRITES_BETWEEN).toList();
        await().atMost(ThreeRegions.PATIENCE).untilAsserted(() -> {
            for (int i = 0; i < ways.size(); i++) {
                assertThat(ways.get(i).arrived()).as("%s", ways.get(i)).isGreaterThanOrEqualTo(enough.get(i));
            }
        });
    }

    private static void report(String what, List<Way> ways) {
        System.out.printf(Locale.ROOT, "%s; longest time without an arrival, by table:%n", what);
        ways.forEach(way -> System.out.printf(
                Locale.ROOT, "  %s: %.1f s%n", way, way.takeLongestPause().toMillis() / 1000.0));
    }

    /** Numbered writes to one table of one region, awaited in the other in their order. */
    private static final class Way {
        private final String table;
        private final DynamoDbClient from;
        private final DynamoDbClient to;
        private final String what;
        private final AtomicInteger written = new AtomicInteger();
        private final AtomicLong longestNanos = new AtomicLong();
        private final CompletableFuture<Void> writing;
        private final CompletableFuture<Void> reading;
        private final AtomicInteger arrived = new AtomicInteger();
        private volatile boolean stopped;

        Way(String table, DynamoDbClient from, DynamoDbClient to, String what) {
            this.table = table;
            this.from = from;
            this.to = to;
            this.what = what;
            this.writing = CompletableFuture.runAsync(this::write, task -> new Thread(task, "writer").start());
            this.reading = CompletableFuture.runAsync(this::read, task -> new Thread(task, "reader").start());
        }

        private String id(int number) {
            return what + "-" + number;
        }

        private void write() {
            while (!stopped) {
                String id = id(written.get() + 1);
                from.putItem(request -> request.tableName(table).item(Tables.item(id, "v")));
                written.incrementAndGet();
                LockSupport.parkNanos(PACE_NANOS);
            }
        }

        private void read() {
            long last = System.nanoTime();
            while (!(stopped && writing.isDone() && arrived.get() == written.get())) {
                String next = id(arrived.get() + 1);
                if (Tables.value(to, table, next).isEmpty()) {
                    LockSupport.parkNanos(PACE_NANOS);
                } else {
                    arrived.incrementAndGet();
                    long now = System.nanoTime();
                    longestNanos.accumulateAndGet(now - last, Math::max);
                    last = now;
                }
            }
        }

        int arrived() {
            if (reading.isCompletedExceptionally()) {
                reading.join();
            }
            if (writing.isCompletedExceptionally()) {
                writing.join();
            }
            return arrived.get();
        }

        Duration takeLongestPause() {
            return Duration.ofNanos(longestNanos.getAndSet(0));
        }

        void stopWriting() {
            stopped = true;
        }

        void awaitAll() {
            await().atMost(ThreeRegions.PATIENCE).until(() -> writing.isDone() && reading.isDone());
            writing.join();
            reading.join();
        }

        @Override
        public String toString() {
            return table + " " + what;
        }
    }
}
