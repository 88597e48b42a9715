package io.nearside.proxy.history;

import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.proxy.history.History.Read;
import io.nearside.proxy.history.History.Write;
import io.nearside.proxy.history.HistoryChecker.Violation;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * P2 and P3 as callers see them: histories of three nodes, recorded at the HTTP edge, with a DynamoDB whose answers are
 * delayed, reordered, lost, and, where they may be, stale. Kafka is real.
 *
 * <p>{@code -Dnearside.history.seed=} repeats the choices of a run; the interleaving of threads is not repeated.
 * {@code -Dnearside.history.operations=} makes it shorter or longer than the 200,000 operations that the promise is held to.
 */
class HistoryIT {

    private static final long SEED = Long.getLong("nearside.history.seed", System.nanoTime());
    private static final int OPERATIONS = Integer.getInteger("nearside.history.operations", 200_000);
    private static final int NODES = 3;
    private static final int PARTITIONS = 64;
    private static final String WINDOWS = "uncertain-write-window: 300ms, index-settle-window: 0ms";
    private static final int ATTEMPTS = 10;
    private static final Duration CLAIMED_DELAY = Duration.ofMillis(500);

    /** A run and all that is needed to judge it. */
    private record Recorded(
            History history,
            Landings landings,
            ToLongFunction<Write> announced,
            ToLongFunction<Read> heard,
            int hits,
            int staleReads) {

        HistoryChecker checker() {
            return new HistoryChecker(history, landings);
        }
    }

    @Test
    void threeNodes_underLoad_breakNoPromise() throws InterruptedException {
        Recorded run = run("history-1", OPERATIONS, "recent-write-window: 150ms, " + WINDOWS, true);

        HistoryChecker checker = run.checker();
        long owing = checker.readsThatOwe(run.announced, run.heard);
        System.out.printf(
                "seed %d: %d operations (%d writes, %d reads of keys, %d hits); DynamoDB gave %d stale values;"
                        + " %d reads owed writes of the region%n",
                SEED,
                run.history.operations(),
                run.history.writes().size(),
                run.history.reads().size(),
                run.hits,
                run.staleReads,
                owing);
        assertThat(run.history.operations()).isGreaterThanOrEqualTo(OPERATIONS);
        assertThat(first(checker.readsThatMissOwnWrites()))
                .as("P2, seed %d", SEED)
                .isEmpty();
        assertThat(first(checker.readsThatMissHeardWrites(run.announced, run.heard)))
                .as("P3, seed %d", SEED)
                .isEmpty();
        System.out.println("reads by operation: "
                + run.history.reads().stream().collect(Collectors.groupingBy(Read::operation, Collectors.counting())));
        // The run must have been one in which promises can be broken.
        assertThat(run.hits).isGreaterThan(OPERATIONS / 10);
        assertThat(run.staleReads).isPositive();
        assertThat(owing).isGreaterThan(OPERATIONS / 10);
        assertThat(run.history.writes().stream()
                        .filter(write -> run.announced.applyAsLong(write) == HistoryChecker.NEVER)
                        .count())
                .as("writes whose announcement nobody saw")
                .isLessThan(run.history.writes().size() / 100 + 1);
    }

    /** The harness sees what the windows of strong reads are for: without them, replicas show. */
    @Test
    void threeNodes_withoutFreshFills_breakP2() throws InterruptedException {
        int violations = 0;
        for (int attempt = 0; attempt < ATTEMPTS && violations == 0; attempt++) {
            Recorded run = run("history-2-" + attempt, 10_000, "recent-write-window: 0ms, " + WINDOWS, true);
            violations = run.checker().readsThatMissOwnWrites().size();
        }

        System.out.println("without fresh fills: " + violations + " reads miss their node's own writes");
        assertThat(violations).isPositive();
    }

    /** Nor is P3 something that would hold by itself. */
    @Test
    void threeNodes_withoutTheBus_breakP3() throws InterruptedException {
        int violations = 0;
        for (int attempt = 0; attempt < ATTEMPTS && violations == 0; attempt++) {
            Recorded run = run("history-3", 10_000, "recent-write-window: 150ms, " + WINDOWS, false);
            assertThat(first(run.checker().readsThatMissOwnWrites()))
                    .as("P2, seed %d", SEED)
                    .isEmpty();
            violations = run.checker()
                    .readsThatMissHeardWrites(Write::answered, read -> read.invoked() - CLAIMED_DELAY.toNanos())
                    .size();
        }

        System.out.println("without the bus: " + violations + " reads miss writes of other nodes");
        assertThat(violations).isPositive();
    }

    private static Recorded run(String region, int operations, String coherence, boolean bus)
            throws InterruptedException {
        String kafka =
                bus ? ", kafka: {bootstrap-servers: '" + EmbeddedKafka.shared().bootstrapServers() + "'}" : "";
        try (LaggingDynamoDb dynamoDb = new LaggingDynamoDb(SEED, PARTITIONS * LaggingDynamoDb.SORT_KEYS);
                Nodes nodes = new Nodes(NODES, region, dynamoDb.endpoint(), "coherence: {" + coherence + kafka + "}");
                Callers callers = new Callers(nodes, PARTITIONS, operations, SEED)) {
            if (!bus) {
                callers.run();
                return recorded(callers, dynamoDb, write -> HistoryChecker.NEVER, read -> 0);
            }
            nodes.awaitHearing();
            BusPositions positions =
                    new BusPositions(nodes, region, EmbeddedKafka.shared().bootstrapServers());
            try (positions) {
                callers.run();
            }
            return recorded(callers, dynamoDb, positions::announced, positions::heard);
        }
    }

    private static Recorded recorded(
            Callers callers, LaggingDynamoDb dynamoDb, ToLongFunction<Write> announced, ToLongFunction<Read> heard) {
        assertThat(callers.unexpected()).isEmpty();
        dynamoDb.close();
        return new Recorded(
                callers.history(), dynamoDb.landings(), announced, heard, callers.hits(), dynamoDb.staleReads());
    }

    private static List<Violation> first(List<Violation> violations) {
        return violations.subList(0, Math.min(5, violations.size()));
    }
}
