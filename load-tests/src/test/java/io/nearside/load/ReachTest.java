package io.nearside.load;

import io.nearside.load.generator.RunResult;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReachTest {

    @Test
    void rates_areComparedRoundByRound_andJudgedByTheMedian() {
        var reach = new Reach(List.of(at(800, 0.5), at(700, 0.5), at(900, 0.5)), List.of());

        reach.peer("bare Vert.x", List.of(at(1000, 0.5), at(1000, 0.5), at(1000, 0.5)), List.of());
        reach.peer("Redis GET", List.of(at(1000, 0.5), at(1000, 0.5), at(1000, 0.5)), List.of());
        reach.peer("null server", List.of(at(1000, 0.5)), List.of());

        assertThat(reach.table().rows())
                .containsExactly(
                        List.of("rate, bare Vert.x", "≥ 0.75", "0.80 (0.70 to 0.90)", "yes"),
                        List.of("rate, Redis GET", "≥ 0.90", "0.80 (0.70 to 0.90)", "no"));
    }

    @Test
    void generatorAtItsLimit_hasProcessorTimeCompared() {
        var reach = new Reach(List.of(at(1000, 0.97)), List.of());

        // One processor second a second for each: 1 ms an answer here, 0.5 ms there.
        reach.peer("bare Vert.x", List.of(at(2000, 0.5)), List.of());

        assertThat(reach.table().rows())
                .containsExactly(List.of("CPU time per answer, bare Vert.x", "≥ 0.75", "0.50 (0.50 to 0.50)", "no"));
    }

    @Test
    void latencies_areComparedWithBareVertxOnly() {
        var reach = new Reach(List.of(at(1000, 0.5)), List.of(took(3_000_000)));

        reach.peer("bare Vert.x", List.of(at(1000, 0.5)), List.of(took(1_000_000)));
        reach.peer("backend", List.of(at(100, 0.5)), List.of(took(1_000_000)));

        assertThat(reach.table().rows())
                .contains(List.of("p99 at half of saturation, bare Vert.x", "≤ 1.50", "3.00 (3.00 to 3.00)", "no"))
                .hasSize(3);
    }

    private static RunResult at(long answers, double generatorLoad) {
        return new RunResult(answers, 0, 0, answers, 1, 1, generatorLoad, new Histogram(60_000_000_000L, 3));
    }

    private static RunResult took(long nanos) {
        var latencies = new Histogram(60_000_000_000L, 3);
        latencies.recordValue(nanos);
        return new RunResult(1, 0, 0, 1, 1, 1, 0.5, latencies);
    }
}
