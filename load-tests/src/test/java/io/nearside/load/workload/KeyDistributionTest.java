package io.nearside.load.workload;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

final class KeyDistributionTest {
    private static final int KEYS = 1000;
    private static final int DRAWS = 100_000;

    @ParameterizedTest
    @EnumSource
    void draw_anyDistribution_staysInsideTheKeySpace(KeyDistribution distribution) {
        var draw = distribution.over(KEYS, new SplittableRandom(7));

        assertThat(IntStream.generate(draw::next).limit(DRAWS)).allMatch(key -> key >= 0 && key < KEYS);
    }

    @Test
    void draw_zipf_givesTheTenthMostPopularKeysMostRequests() {
        int[] popularity = popularity(KeyDistribution.ZIPF);

        assertThat(IntStream.range(KEYS - KEYS / 10, KEYS)
                        .map(i -> popularity[i])
                        .sum())
                .isGreaterThan(DRAWS / 2);
    }

    @Test
    void draw_uniform_hasNoFavourite() {
        int[] popularity = popularity(KeyDistribution.UNIFORM);

        assertThat(popularity[KEYS - 1]).isLessThan(3 * DRAWS / KEYS);
    }

    @Test
    void draw_hotKey_asksForOneKeyNineTimesOfTen() {
        int[] popularity = popularity(KeyDistribution.HOT_KEY);

        assertThat(popularity[KEYS - 1]).isBetween(DRAWS * 88 / 100, DRAWS * 92 / 100);
    }

    @Test
    void draw_scanPolluted_visitsEveryKey() {
        int[] popularity = popularity(KeyDistribution.SCAN_POLLUTED);

        assertThat(popularity[0]).isPositive();
    }

    private static int[] popularity(KeyDistribution distribution) {
        var draw = distribution.over(KEYS, new SplittableRandom(7));
        var counts = new int[KEYS];
        for (int i = 0; i < DRAWS; i++) {
            counts[draw.next()]++;
        }
        return IntStream.of(counts).sorted().toArray();
    }
}
