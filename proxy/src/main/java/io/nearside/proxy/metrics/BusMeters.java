package io.nearside.proxy.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.nearside.change.Invalidation;
import io.nearside.proxy.coherence.BusObserver;
import java.time.Duration;
import java.time.InstantSource;

/** The meters of the invalidation bus. Safe for use from any thread. */
public final class BusMeters implements BusObserver {

    private final InstantSource wall;
    private final Timer delay;
    private final Counter missed;
    private final Counter overflows;

    /** @param wall the clock that delays are told by; other nodes' clocks add their error */
    public BusMeters(ProxyMetrics metrics, InstantSource wall) {
        this.wall = wall;
        this.delay = metrics.timer(Metric.BUS_DELAY);
        this.missed = metrics.counter(Metric.BUS_GAPS);
        this.overflows = metrics.counter(Metric.BUS_OVERFLOWS);
    }

    @Override
    public void heard(Invalidation invalidation) {
        Duration since = Duration.between(invalidation.at(), wall.instant());
        delay.record(since.isNegative() ? Duration.ZERO : since);
    }

    @Override
    public void missed() {
        missed.increment();
    }

    @Override
    public void overflowed() {
        overflows.increment();
    }
}
