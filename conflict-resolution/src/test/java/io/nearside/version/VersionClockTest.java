package io.nearside.version;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class VersionClockTest {
    private static final long START = 1_700_000_000_000L;
    private static final Duration DRIFT = Duration.ofSeconds(60);

    private final AtomicLong now = new AtomicLong(START);
    private final InstantSource wall = () -> Instant.ofEpochMilli(now.get());
    private final VersionClock clock = new VersionClock(wall, 1, 7, DRIFT);

    @Property
    void next_anyWallClockAndFloors_isAboveFloorAndAllBefore(
            @ForAll @Size(max = 60) List<@LongRange(min = -200_000, max = 200_000) Long> steps) {
        Version highest = clock.next(null);
        Set<Version> made = new HashSet<>(List.of(highest));
        for (int i = 0; i < steps.size(); i++) {
            if (i % 2 == 0) {
                now.addAndGet(steps.get(i));
                continue;
            }
            Version floor = new Version((now.get() + steps.get(i)) << 16, 2, 9);
            boolean believable = clock.isBelievable(floor);

            Version next = clock.next(floor);

            assertThat(next).isGreaterThan(floor);
            assertThat(next.millis()).isGreaterThanOrEqualTo(now.get());
            assertThat(made.add(next)).as("given out once").isTrue();
            if (believable) {
                assertThat(next).isGreaterThan(highest);
                highest = next;
            }
        }
    }

    @Example
    void next_withoutFloor_tellsTheTime() {
        assertThat(clock.next(null)).isEqualTo(new Version(START << 16, 1, 7));
    }

    @Example
    void next_wallClockStepsBack_staysMonotonic() {
        Version before = clock.next(null);
        now.addAndGet(-3_600_000);

        List<Version> after = List.of(clock.next(null), clock.next(before), clock.next(null));

        assertThat(after).isSorted().doesNotHaveDuplicates().allMatch(version -> version.isAbove(before));
    }

    @Example
    void next_counterRunsOver_takesTheNextMillisecond() {
        Version floor = new Version(START << 16 | 0xFFFF, 9, 9);

        assertThat(clock.next(floor)).isEqualTo(new Version((START + 1) << 16, 1, 7));
    }

    @Example
    void observe_withinTheBound_liftsTheClock() {
        Version ahead = new Version((START + 60_000) << 16, 2, 2);

        assertThat(clock.observe(ahead)).isTrue();
        assertThat(clock.next(null)).isGreaterThan(ahead);
    }

    @Example
    void observe_beyondTheBound_isRefusedAndForgotten() {
        Version ahead = new Version((START + 60_001) << 16, 2, 2);

        assertThat(clock.observe(ahead)).isFalse();
        assertThat(clock.next(null).millis()).isEqualTo(START);
        assertThat(clock.observe(new Version(-1L, 2, 2))).isFalse();
    }

    @Example
    void next_floorBeyondTheBound_isAboveItAndLaterVersionsAreNot() {
        Version ahead = new Version((START + 3_600_000) << 16, 2, 2);

        Version first = clock.next(ahead);
        Version second = clock.next(ahead);

        assertThat(first).isGreaterThan(ahead);
        assertThat(second).isGreaterThan(first);
        assertThat(clock.next(null).millis()).isEqualTo(START);
        now.set(START + 3_600_001);
        assertThat(clock.next(null)).isGreaterThan(second);
    }

    @Example
    void next_highestFloor_isOurFault() {
        assertThatThrownBy(() -> clock.next(new Version(-1L, 0, 0))).isInstanceOf(IllegalStateException.class);
    }

    @Example
    void tickAfter_anyTime_isTheNextTick() {
        Version old = new Version((START - 86_400_000) << 16 | 3, 2, 2);

        assertThat(clock.tickAfter(old)).isEqualTo(new Version(old.clock() + 1, 1, 7));
        Version tick = clock.tickAfter(clock.next(null));
        assertThat(clock.next(null)).isGreaterThan(tick);
    }

    @Example
    void next_manyThreads_givesNothingOutTwice() throws Exception {
        int threads = 4;
        int each = 5_000;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<List<Version>>> running = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                running.add(executor.submit(() -> {
                    List<Version> made = new ArrayList<>();
                    for (int i = 0; i < each; i++) {
                        made.add(clock.next(i % 3 == 0 && i > 0 ? made.get(i - 1) : null));
                    }
                    return made;
                }));
            }
            List<Version> all = new ArrayList<>();
            for (Future<List<Version>> made : running) {
                assertThat(made.get()).isSorted();
                all.addAll(made.get());
            }
            assertThat(all).doesNotHaveDuplicates().hasSize(threads * each);
        } finally {
            executor.shutdownNow();
        }
    }
}
