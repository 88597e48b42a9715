package io.nearside.load.replication;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

final class WarmUpTest {

    private final Deque<Double> rates = new ArrayDeque<>(List.of(50.0, 80.0, 120.0, 125.0, 400.0));

    private double round() {
        return requireNonNull(rates.poll());
    }

    @Test
    void until_rateRisesByLessThanATenth_stops() {
        assertThat(new WarmUp(8).until(this::round)).isEqualTo(125.0);
        assertThat(rates).containsExactly(400.0);
    }

    @Test
    void until_rateKeepsRising_stopsAfterTheRounds() {
        assertThat(new WarmUp(2).until(this::round)).isEqualTo(80.0);
        assertThat(rates).hasSize(3);
    }
}
