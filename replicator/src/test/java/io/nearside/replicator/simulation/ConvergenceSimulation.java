package io.nearside.replicator.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Seeded histories of several regions, by the thousand. {@code -Dsimulation.schedules=N} plays another number of them,
 * {@code -Dsimulation.seed=N} one alone, {@code -Dsimulation.filters=true} that one with regions that filter.
 */
class ConvergenceSimulation {
    private static final int SCHEDULES = Integer.getInteger("simulation.schedules", 20_000);
    private static final int SCHEDULES_TO_FIND_A_DEFECT = 5_000;
    private static final int FILTERING_SCHEDULES = Integer.getInteger("simulation.filtering", 3_000);
    private static final int WORKERS = 2;

    @Test
    void regions_anySchedule_keepEveryPromise() throws Exception {
        Long seed = Long.getLong("simulation.seed");
        if (seed != null) {
            try (Fibers fibers = new Fibers()) {
                Simulation.run(
                        Boolean.getBoolean("simulation.filters") ? Schedule.filtering(seed) : Schedule.of(seed),
                        Defect.NONE,
                        fibers,
                        line -> System.out.println(line.get()));
            }
            return;
        }
        long start = System.nanoTime();
        AtomicLong next = new AtomicLong();
        AtomicLong steps = new AtomicLong();
        ExecutorService executor = Executors.newFixedThreadPool(WORKERS);
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                workers.add(executor.submit(() -> work(next, steps)));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } finally {
            executor.shutdownNow();
        }
        System.out.printf(
                "%d schedules, %d steps, %.1f s%n", SCHEDULES, steps.get(), (System.nanoTime() - start) / 1e9);
        assertThat(steps.get()).isGreaterThan(100L * SCHEDULES);
    }

    private static void work(AtomicLong next, AtomicLong steps) {
        try (Fibers fibers = new Fibers()) {
            for (long seed = next.getAndIncrement(); seed < SCHEDULES; seed = next.getAndIncrement()) {
                steps.addAndGet(Simulation.run(seed, Defect.NONE, fibers, History.UNTOLD));
            }
        }
    }

    @Test
    void regionsThatTakeInParts_anySchedule_holdTheirPartOfTheWinners() {
        try (Fibers fibers = new Fibers()) {
            for (long seed = 0; seed < FILTERING_SCHEDULES; seed++) {
                Simulation.run(Schedule.filtering(seed), Defect.NONE, fibers, History.UNTOLD);
            }
        }
    }

    @Test
    void run_oneSeedTwice_isOneHistory() {
        try (Fibers fibers = new Fibers()) {
            for (long seed = 0; seed < 50; seed++) {
                assertThat(Simulation.run(seed, Defect.NONE, fibers, History.UNTOLD))
                        .isEqualTo(Simulation.run(seed, Defect.NONE, fibers, History.UNTOLD));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void run_withADefect_isCaught(Defect defect) {
        assertThatThrownBy(() -> {
                    try (Fibers fibers = new Fibers()) {
                        for (long seed = 0; seed < SCHEDULES_TO_FIND_A_DEFECT; seed++) {
                            Simulation.run(seed, defect, fibers, History.UNTOLD);
                        }
                    }
                })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("breaks a promise");
    }
}
