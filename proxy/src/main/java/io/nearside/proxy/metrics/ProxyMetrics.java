package io.nearside.proxy.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToDoubleFunction;

/**
 * The one place where the proxy's meters are made, from the catalogue {@link Metric}. Meters are looked up by name and
 * tags, so callers on hot paths keep what they get. Tag values come from enums, or are table names within a bound.
 * Safe for use from any thread.
 */
public final class ProxyMetrics {

    private static final Duration SHORTEST = Duration.ofNanos(50_000);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private static final Duration[] AGES = {
        Duration.ofMillis(100),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(15),
        Duration.ofHours(1),
        Duration.ofHours(6),
        Duration.ofDays(1)
    };

    private final MeterRegistry registry;

    /** Keeps the sources of foreign counters, which the registry refers to weakly. */
    private final Queue<Object> held = new ConcurrentLinkedQueue<>();

    public ProxyMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A timer with a histogram from 50 µs to 30 s. */
    public Timer timer(Metric metric, String... tagValues) {
        require(metric, Metric.Kind.TIMER);
        return Timer.builder(metric.meterName())
                .description(metric.description())
                .tags(tags(metric, tagValues))
                .publishPercentileHistogram()
                .minimumExpectedValue(SHORTEST)
                .maximumExpectedValue(LONGEST)
                .register(registry);
    }

    /** A timer of ages, with buckets from 100 ms to a day. */
    public Timer ages(Metric metric, String... tagValues) {
        require(metric, Metric.Kind.TIMER);
        return Timer.builder(metric.meterName())
                .description(metric.description())
                .tags(tags(metric, tagValues))
                .serviceLevelObjectives(AGES)
                .register(registry);
    }

    /** A counter. */
    public Counter counter(Metric metric, String... tagValues) {
        require(metric, Metric.Kind.COUNTER);
        return Counter.builder(metric.meterName())
                .description(metric.description())
                .tags(tags(metric, tagValues))
                .register(registry);
    }

    /** A counter that somebody else keeps; the registry keeps the source alive. */
    public <T> void counter(Metric metric, T source, ToDoubleFunction<T> reading, String... tagValues) {
        require(metric, Metric.Kind.COUNTER);
        held.add(source);
        FunctionCounter.builder(metric.meterName(), source, reading)
                .description(metric.description())
                .tags(tags(metric, tagValues))
                .register(registry);
    }

    /** A distribution of amounts. */
    public DistributionSummary summary(Metric metric, String... tagValues) {
        require(metric, Metric.Kind.SUMMARY);
        return DistributionSummary.builder(metric.meterName())
                .description(metric.description())
                .tags(tags(metric, tagValues))
                .register(registry);
    }

    /** A gauge that reads its source whenever it is scraped; the registry keeps the source alive. */
    public <T> void gauge(Metric metric, T source, ToDoubleFunction<T> reading, String... tagValues) {
        require(metric, Metric.Kind.GAUGE);
        Gauge.builder(metric.meterName(), source, reading)
                .description(metric.description())
                .tags(tags(metric, tagValues))
                .strongReference(true)
                .register(registry);
    }

    private static void require(Metric metric, Metric.Kind kind) {
        if (metric.kind() != kind) {
            throw new IllegalArgumentException("metric: " + metric + " is a " + metric.kind() + ", not a " + kind);
        }
    }

    private static Tags tags(Metric metric, String... values) {
        List<String> names = metric.tags();
        if (names.size() != values.length) {
            throw new IllegalArgumentException("tagValues: " + metric + " has the tags " + names);
        }
        List<Tag> tags = new ArrayList<>(values.length);
        for (int i = 0; i < values.length; i++) {
            tags.add(Tag.of(names.get(i), values[i]));
        }
        return Tags.of(tags);
    }
}
