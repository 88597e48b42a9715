package io.nearside.proxy.coherence;

import io.nearside.proxy.cache.VirtualTicker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Hazard C27: what a node serves that may not have heard everything. */
class BusStateTest {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final VirtualTicker ticker = new VirtualTicker();
    private final BusState bypassing = new BusState(ticker, PATIENCE, Duration.ZERO);

    @Test
    void state_beforeAnythingWasHeard_servesNothing() {
        assertThat(bypassing.mayServe(0)).isFalse();
        assertThat(bypassing.problem()).isNotEmpty();
    }

    @Test
    void state_heardAMomentAgo_serves() {
        bypassing.heardUntil(ticker.read());
        ticker.advance(PATIENCE);

        assertThat(bypassing.mayServe(1_000_000)).isTrue();
        assertThat(bypassing.problem()).isEmpty();
    }

    @Test
    void state_notHeardForLonger_stopsServingByItself() {
        bypassing.heardUntil(ticker.read());
        ticker.advance(PATIENCE.plusNanos(1));

        assertThat(bypassing.mayServe(0)).isFalse();
        assertThat(bypassing.problem()).isNotEmpty();
    }

    @Test
    void state_heardUntilAMomentThatIsLongAgo_doesNotServe() {
        long began = ticker.read();
        ticker.advance(Duration.ofMinutes(1));
        bypassing.heardUntil(began);

        assertThat(bypassing.mayServe(0)).isFalse();
    }

    @Test
    void state_ofARegionThatNeverHadAReplicator_servesAsBefore() {
        bypassing.heardUntil(ticker.read());

        assertThat(bypassing.feed()).isEqualTo(ChangeFeed.UNKNOWN);
        assertThat(bypassing.mayServe(0)).isTrue();
        assertThat(bypassing.feedProblem()).isEmpty();
    }

    @Test
    void state_whoseReplicatorsFellSilent_servesByTheFallbackAndSaysSo() {
        BusState ttl = new BusState(ticker, PATIENCE, Duration.ofSeconds(1));
        for (BusState state : List.of(bypassing, ttl)) {
            state.feedHeard();
            state.heardUntil(ticker.read());
            assertThat(state.mayServe(5000)).isTrue();
        }

        ticker.advance(Duration.ofSeconds(11));
        bypassing.heardUntil(ticker.read());
        ttl.heardUntil(ticker.read());

        assertThat(bypassing.isHearing()).isTrue();
        assertThat(bypassing.feed()).isEqualTo(ChangeFeed.SILENT);
        assertThat(bypassing.mayServe(0)).isFalse();
        assertThat(bypassing.feedProblem()).contains("11 s");
        assertThat(ttl.mayServe(1000)).isTrue();
        assertThat(ttl.mayServe(1001)).isFalse();
    }

    @Test
    void state_withTtlFallback_servesOnlyYoungAnswersMeanwhile() {
        BusState ttl = new BusState(ticker, PATIENCE, Duration.ofSeconds(1));

        assertThat(ttl.mayServe(1000)).isTrue();
        assertThat(ttl.mayServe(1001)).isFalse();
    }
}
