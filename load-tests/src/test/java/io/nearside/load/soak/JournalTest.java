package io.nearside.load.soak;

import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class JournalTest {
    private static final int MEBIBYTE = 1 << 20;

    private final Journal journal = new Journal(16 * MEBIBYTE);

    @Test
    void failed_steadyFigures_isFalse() {
        samples(30, i -> 60 + i % 3);

        assertThat(journal.failed()).isFalse();
        assertThat(report()).contains("passed").contains("steady").doesNotContain("GREW");
    }

    @Test
    void failed_heapThatGrowsAllTheTime_isTrue() {
        samples(30, i -> 60 + 4.0 * i);

        assertThat(journal.failed()).isTrue();
        assertThat(report()).contains("FAILED").contains("GREW");
    }

    @Test
    void failed_growthInTheFirstThirdOnly_isFalse() {
        samples(30, i -> Math.min(i, 9) * 20.0);

        assertThat(journal.failed()).isFalse();
    }

    @Test
    void failed_tooFewSamples_isFalseAndSaysSo() {
        samples(Trend.ENOUGH - 1, i -> 10 + 100.0 * i);

        assertThat(journal.failed()).isFalse();
        assertThat(report()).contains("too short to tell");
    }

    @Test
    void failed_staleRead_isTrue() {
        journal.read(true);
        assertThat(journal.failed()).isFalse();

        journal.read(false);

        assertThat(journal.failed()).isTrue();
        assertThat(report()).contains("1 of 2 reads");
    }

    @Test
    void failed_cacheBeyondItsBound_isTrue() {
        journal.sample(new Sample(1, 1, 1, 1, 1, 17.0 * MEBIBYTE, 0));

        assertThat(journal.failed()).isTrue();
        assertThat(report()).contains("17.0 MiB");
    }

    @Test
    void report_interrupted_saysSo() {
        assertThat(journal.report("Soak", true).toText()).contains("ended before its time");
    }

    private String report() {
        return journal.report("Soak", false).toText();
    }

    private void samples(int count, IntToDoubleFunction heapMebibytes) {
        for (int i = 0; i < count; i++) {
            journal.sample(new Sample(
                    i * 40L, heapMebibytes.applyAsDouble(i) * MEBIBYTE, 200 * MEBIBYTE, 30, 60, 12 * MEBIBYTE, 0));
        }
    }
}
