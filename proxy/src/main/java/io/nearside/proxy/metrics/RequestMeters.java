package io.nearside.proxy.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.nearside.proxy.operation.CacheOutcome;
import io.nearside.proxy.operation.Operation;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The meters of the data port. Recording an answer looks a timer up by two ordinals and allocates nothing; a timer
 * exists from its first use. Safe for use from any thread.
 */
public final class RequestMeters {

    private static final int OUTCOMES = CacheOutcome.values().length;

    private final ProxyMetrics metrics;
    private final AtomicReferenceArray<Timer> timers;
    private final Map<Refusal, Counter> refusals = new EnumMap<>(Refusal.class);
    private final AtomicInteger connections = new AtomicInteger();

    public RequestMeters(ProxyMetrics metrics) {
        this.metrics = metrics;
        this.timers = new AtomicReferenceArray<>(Operation.values().length * OUTCOMES);
        for (Refusal reason : Refusal.values()) {
            refusals.put(reason, metrics.counter(Metric.REFUSALS, reason.label()));
        }
        metrics.gauge(Metric.CONNECTIONS, connections, AtomicInteger::get);
    }

    /** An answer went out. */
    public void answered(Operation operation, CacheOutcome outcome, int status, long elapsedNanos) {
        timer(operation, outcome).record(elapsedNanos, TimeUnit.NANOSECONDS);
        if (status != 200) {
            metrics.counter(Metric.ERRORS, operation.label(), Integer.toString(status))
                    .increment();
        }
    }

    /** The proxy refused a request itself. */
    public void refused(Refusal reason) {
        Counter counter = refusals.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }

    /** A caller connected; returns how many are connected now. */
    public int connected() {
        return connections.incrementAndGet();
    }

    /** A caller's connection ended. */
    public void disconnected() {
        connections.decrementAndGet();
    }

    /** How many callers are connected now. */
    public int connections() {
        return connections.get();
    }

    // The ordinals live in this object only, and two nested maps would cost every hit two more look-ups.
    @SuppressWarnings("EnumOrdinal")
    private Timer timer(Operation operation, CacheOutcome outcome) {
        int index = operation.ordinal() * OUTCOMES + outcome.ordinal();
        Timer timer = timers.get(index);
        if (timer == null) {
            // Registering twice yields the same meter, so a race does no harm.
            timer = metrics.timer(Metric.REQUESTS, operation.label(), outcome.label());
            timers.set(index, timer);
        }
        return timer;
    }
}
