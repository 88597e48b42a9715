package io.nearside.replicator.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Seeded histories of several regions, by the thousand. {@code -Dsimulation.schedules=N} plays another number of them,
 * {@code -Dsimulation.seed=N} one alone, {@code -Dsimulation.filters=true} that one with regions that filter,
 * {@code -Dsimulation.merges=true} with tables that merge attributes.
 */
class ConvergenceSimulation {
    private static final int SCHEDULES = Integer.getInteger("simulation.schedules", 20_000);
    private static final int SCHEDULES_TO_FIND_A_DEFECT = 5_000;
    private static final int FILTERING_SCHEDULES = Integer.getInteger("simulation.filtering", 3_000);
    private static final int MERGING_SCHEDULES = Integer.getInteger("simulation.merging", 5_000);
    private static final int WORKERS = 2;

    @Test
    void regions_anySchedule_keepEveryPromise() throws Exception {
        Long seed = Long.getLong("simulation.seed");
        if (seed != null) {
            try (Fibers fibers = new Fibers()) {
                Simulation.run(asked(seed), Defect.NONE, fibers, line -> System.out.println(line.get()));
            }
            return;
        }
        playAll(SCHEDULES, Schedule::of);
    }

    private static Schedule asked(long seed) {
        if (Boolean.getBoolean("simulation.merges")) {
            return Schedule.merging(seed);
        }
        return Boolean.getBoolean("simulation.filters") ? Schedule.filtering(seed) : Schedule.of(seed);
    }

    private static void playAll(int schedules, LongFunction<Schedule> kind) throws Exception {
        long start = System.nanoTime();
        AtomicLong next = new AtomicLong();
        AtomicLong steps = new AtomicLong();
        ExecutorService executor = Executors.newFixedThreadPool(WORKERS);
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                workers.add(executor.submit(() -> work(schedules, kind, next, steps)));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } finally {
            executor.shutdownNow();
        }
        System.out.printf(
                "%d schedules, %d steps, %.1f s%n", schedules, steps.get(), (System.nanoTime() - start) / 1e9);
        assertThat(steps.get()).isGreaterThan(100L * schedules);
    }

    private static void work(int schedules, LongFunction<Schedule> kind, AtomicLong next, AtomicLong steps) {
        try (Fibers fibers = new Fibers()) {
            for (long seed = next.getAndIncrement(); seed < schedules; seed = next.getAndIncrement()) {
                steps.addAndGet(Simulation.run(kind.apply(seed), Defect.NONE, fibers, History.UNTOLD));
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
    void regionsThatMergeAttributes_anySchedule_keepEveryPromise() throws Exception {
        playAll(MERGING_SCHEDULES, Schedule::merging);
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
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "NONE",
                "UPDATES_PUBLISHED_WHOLE",
                "SETTLED_BY_ITEM",
                "NEWEST_UPDATE_ONLY",
                "DELETES_WHATEVER_IS_NEWER"
            })
    void run_withADefect_isCaught(Defect defect) {
        assertThatIsCaught(defect, Schedule::of);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "PUT_WITHOUT_A_LOOK"})
    void run_mergingAttributesWithADefect_isCaught(Defect defect) {
        assertThatIsCaught(defect, Schedule::merging);
    }

    private static void assertThatIsCaught(Defect defect, LongFunction<Schedule> kind) {
        assertThatThrownBy(() -> {
                    try (Fibers fibers = new Fibers()) {
                        for (long seed = 0; seed < SCHEDULES_TO_FIND_A_DEFECT; seed++) {
                            Simulation.run(kind.apply(seed), defect, fibers, History.UNTOLD);
                        }
                    }
                })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("breaks a promise");
    }
}
