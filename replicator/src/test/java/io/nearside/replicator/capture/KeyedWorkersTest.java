package io.nearside.replicator.capture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

final class KeyedWorkersTest {

    private static final long SEED = 20261120;

    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final KeyedWorkers workers = new KeyedWorkers(threads, timer);

    @AfterEach
    void stop() {
        threads.shutdownNow();
        timer.shutdownNow();
    }

    @Test
    void tasks_ofEachKey_runInTheirOrder_evenWhenTheyWait() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        Map<String, List<Integer>> ran = new HashMap<>();
        Map<String, List<Integer>> expected = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            int number = i;
            String id = "k" + random.nextInt(20);
            List<Integer> mine = ran.computeIfAbsent(id, key -> Collections.synchronizedList(new ArrayList<>()));
            expected.computeIfAbsent(id, key -> new ArrayList<>()).add(i);
            AtomicInteger waits = new AtomicInteger(random.nextInt(10) == 0 ? 2 : 0);
            workers.submit(MemoryRegion.key(id), () -> {
                if (waits.getAndDecrement() > 0) {
                    return Optional.of(Duration.ofMillis(1));
                }
                mine.add(number);
                return Optional.empty();
            });
        }

        await().atMost(Duration.ofMinutes(1)).until(() -> workers.busyKeys() == 0);
        assertThat(ran).as("seed %d", SEED).isEqualTo(expected);
    }

    @Test
    void keyThatIsStuck_holdsUpNobodyElse() { // R22
        AtomicBoolean stuck = new AtomicBoolean(true);
        workers.submit(
                MemoryRegion.key("stuck"), () -> stuck.get() ? Optional.of(Duration.ofMillis(1)) : Optional.empty());
        AtomicInteger others = new AtomicInteger();
        for (int i = 0; i < 100; i++) {
            workers.submit(MemoryRegion.key("k" + i), () -> {
                others.incrementAndGet();
                return Optional.empty();
            });
        }

        await().atMost(Duration.ofMinutes(1)).until(() -> others.get() == 100);
        assertThat(workers.busyKeys()).isEqualTo(1);
        stuck.set(false);
        await().atMost(Duration.ofMinutes(1)).until(() -> workers.busyKeys() == 0);
    }

    @Test
    void waitingTasks_thatAbsorbEachOther_runOnce_andNeverTheOneAtWork() throws Exception {
        CountDownLatch atWork = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
        workers.submit(MemoryRegion.key("k"), new Numbered(0, ran) {
            @Override
            public Optional<Duration> run() {
                atWork.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return super.run();
            }
        });
        assertThat(atWork.await(1, TimeUnit.MINUTES)).isTrue();
        for (int i = 1; i <= 5; i++) {
            workers.submit(MemoryRegion.key("k"), new Numbered(i, ran));
        }
        goOn.countDown();

        await().atMost(Duration.ofMinutes(1)).until(() -> workers.busyKeys() == 0);
        // 1 to 3 wait and are taken over by the next; 4 takes nobody over, and 5 takes over 4.
        assertThat(ran).containsExactly(0, 3, 5);
    }

    private static class Numbered implements KeyedWorkers.Task {
        private final int number;
        private final List<Integer> ran;

        Numbered(int number, List<Integer> ran) {
            this.number = number;
            this.ran = ran;
        }

        @Override
        public Optional<Duration> run() {
            ran.add(number);
            return Optional.empty();
        }

        @Override
        public boolean absorbs(KeyedWorkers.Task earlier) {
            return number != 4;
        }
    }
}
