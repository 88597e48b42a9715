package io.nearside.load.generator;

import io.nearside.load.workload.KeyDistribution;
import io.nearside.load.workload.Workload;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class PaceTest {
    private static final long SECOND = 1_000_000_000;

    private final Tally tally = new Tally();
    private final Pace pace = new Pace(tenPerSecond(), tally);

    @Test
    void start_requestsOfTheWarmUpStillWait_chargesNobodyForThem() {
        pace.start(0);
        pace.tick(10 * SECOND);

        pace.start(10 * SECOND);
        tally.count(10 * SECOND);
        pace.tick(11 * SECOND);
        pace.end(11 * SECOND);

        var result = tally.result(1, 0, 0);
        assertThat(result.unanswered()).isEqualTo(11);
        assertThat(result.latencies().getMaxValue())
                .isCloseTo(SECOND, org.assertj.core.data.Percentage.withPercentage(1));
    }

    @Test
    void answer_requestWasDueBeforeCountingBegan_isNotCounted() {
        tally.count(SECOND);

        tally.answer(0, SECOND - 1, 2 * SECOND);
        tally.answer(0, SECOND, 2 * SECOND);

        assertThat(tally.result(1, 0, 0).answers()).isEqualTo(1);
    }

    private static RunPlan tenPerSecond() {
        return new RunPlan(
                1,
                false,
                1,
                Duration.ZERO,
                Duration.ofSeconds(1),
                10,
                Workload.HIT,
                KeyDistribution.UNIFORM,
                1,
                100,
                1,
                List.of());
    }
}
