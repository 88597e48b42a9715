package io.nearside.proxy.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.nearside.change.Invalidation;
import io.nearside.proxy.coherence.BusObserver;
import io.nearside.proxy.coherence.RefusedRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The meters of the invalidation bus. Safe for use from any thread. */
public final class BusMeters implements BusObserver {

    private final InstantSource wall;
    private final Timer delay;
    private final Counter missed;
    private final Counter overflows;
    private final Map<RefusedRecord, Counter> refused = new EnumMap<>(RefusedRecord.class);

    /** @param wall the clock that delays are told by; other nodes' clocks add their error */
    public BusMeters(ProxyMetrics metrics, InstantSource wall) {
        this.wall = wall;
        this.delay = metrics.timer(Metric.BUS_DELAY);
        this.missed = metrics.counter(Metric.BUS_GAPS);
        this.overflows = metrics.counter(Metric.BUS_OVERFLOWS);
        for (RefusedRecord why : RefusedRecord.values()) {
            refused.put(why, metrics.counter(Metric.BUS_REFUSED, why.label()));
        }
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
    public void refused(RefusedRecord why) {
        Objects.requireNonNull(refused.get(why), "why").increment();
    }

    @Override
    public void overflowed() {
        overflows.increment();
    }
}
