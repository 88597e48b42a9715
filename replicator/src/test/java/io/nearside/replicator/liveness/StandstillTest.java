package io.nearside.replicator.liveness;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class StandstillTest {

    private final Standstill standstill = new Standstill();

    @Test
    void frontierWithNothingBeforeIt_neverStandsStill() {
        assertThat(standstill.look(5, false, 0)).isZero();
        assertThat(standstill.look(5, false, 3_600_000)).isZero();
    }

    @Test
    void frontierThatMoves_howeverLate_doesNotStandStill() {
        for (int second = 0; second < 600; second++) {
            assertThat(standstill.look(second / 10, true, second * 1_000L)).isLessThan(10_000);
        }
    }

    @Test
    void frontierThatStops_standsStillSinceItWasSeenThere() {
        standstill.look(4, true, 0);
        assertThat(standstill.look(5, true, 1_000)).isZero();
        assertThat(standstill.look(5, true, 61_000)).isEqualTo(60_000);
        assertThat(standstill.look(6, true, 62_000)).isZero();
    }

    @Test
    void workThatComesAfterALongIdleTime_startsTheClock() {
        standstill.look(5, false, 0);
        assertThat(standstill.look(5, true, 3_600_000)).isZero();
        assertThat(standstill.look(5, true, 3_601_000)).isEqualTo(1_000);
    }

    @Test
    void frontierBeforeItsFirstPosition_canStandStill() {
        standstill.look(null, true, 0);
        assertThat(standstill.look(null, true, 5_000)).isEqualTo(5_000);
    }
}
