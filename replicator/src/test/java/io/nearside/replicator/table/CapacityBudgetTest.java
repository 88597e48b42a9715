package io.nearside.replicator.table;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class CapacityBudgetTest {

    private final AtomicLong nanos = new AtomicLong();
    private final CapacityBudget budget = CapacityBudget.of(100, nanos::get);

    @Test
    void steps_overManySeconds_takeWhatTheyMay() {
        long units = 0;
        while (nanos.get() < TimeUnit.SECONDS.toNanos(60)) {
            long wait = budget.nanosUntilFree();
            nanos.addAndGet(wait);
            if (wait == 0) {
                budget.charge(7);
                units += 7;
            }
        }

        // One second's worth that was saved up, and the last step.
        assertThat(units).isBetween(60 * 100L, 61 * 100L + 7);
    }

    @Test
    void idleTime_savesUpOneSecondOnly() {
        nanos.addAndGet(TimeUnit.HOURS.toNanos(1));
        budget.charge(200);

        assertThat(budget.nanosUntilFree()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void of_noUnits_isRefused() {
        assertThatThrownBy(() -> CapacityBudget.of(0, nanos::get)).isInstanceOf(IllegalArgumentException.class);
    }
}
