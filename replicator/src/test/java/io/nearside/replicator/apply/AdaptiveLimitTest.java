package io.nearside.replicator.apply;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class AdaptiveLimitTest {

    @Test
    void limit_successesOnly_growsToTheMaximumAndNoFurther() {
        AdaptiveLimit limit = new AdaptiveLimit(40);
        assertThat(limit.current()).isEqualTo(16);
        for (int i = 0; i < 2_000; i++) {
            limit.succeeded();
        }
        assertThat(limit.current()).isEqualTo(40);
    }

    @Test
    void limit_oneBurstOfRefusals_cutsOnce() {
        AdaptiveLimit limit = new AdaptiveLimit(40);
        for (int i = 0; i < 10; i++) {
            limit.throttled();
        }
        assertThat(limit.current()).isEqualTo(10);
    }

    @Test
    void limit_refusalsForever_staysAtOne() {
        AdaptiveLimit limit = new AdaptiveLimit(40);
        for (int i = 0; i < 1_000; i++) {
            limit.throttled();
        }
        assertThat(limit.current()).isEqualTo(1);
    }
}
