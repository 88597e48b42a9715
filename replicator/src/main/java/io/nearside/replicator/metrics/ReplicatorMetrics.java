package io.nearside.replicator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Everything the replicator measures.
 *
 * <p>One constant per metric; the meters of a metric come from the one method below that is made for its kind. Safe for use from
 * any thread. Tag values are table names, region names, or labels of enums: never keys.
 */
public final class ReplicatorMetrics {

    public static final Metric APPLIED = counter(
            "nearside_replicator_changes_applied_total",
            "Foreign changes written to this region's tables.",
            "peer",
            "table");
    public static final Metric SUPERSEDED = counter(
            "nearside_replicator_changes_superseded_total",
            "Foreign changes that something newer made unnecessary.",
            "peer",
            "table",
            "cause");
    public static final Metric CONFLICTS = counter(
            "nearside_replicator_conflicts_total",
            "Foreign changes that lost against a concurrent write; each is in nearside.conflicts.",
            "peer",
            "table",
            "cause");
    public static final Metric PARKED = counter(
            "nearside_replicator_changes_parked_total",
            "Foreign changes put aside; each is in nearside.parked. Alert on any increase.",
            "peer",
            "table",
            "reason");
    public static final Metric REFUSED = counter(
            "nearside_replicator_changes_refused_total",
            "Records of a peer's topic that are not the topic's: of another table or region, or under another key. Never applied."
                    + " Alert on any increase: somebody else writes to the topic, or a region-id is wrong.",
            "peer",
            "reason");
    public static final Metric APPLY_RETRIES = counter(
            "nearside_replicator_apply_retries_total",
            "Writes to this region's tables that failed for the environment's reasons and were tried again.",
            "peer",
            "table",
            "reason");
    public static final Metric LAG = histogram(
            "nearside_replicator_lag_seconds",
            "From a write in its region to the change being visible in this one: from its version, for an expiry from its capture;"
                    + " of what is published again, by a scan or a repair, nothing is recorded.",
            "peer",
            "table");
    public static final Metric APPLY_FRONTIER_AGE = gauge(
            "nearside_replicator_apply_frontier_age_seconds",
            "Age of the oldest change read from a peer and not ended yet, per table; 0 when there is none. Alert when it grows.",
            "peer",
            "table");
    public static final Metric APPLY_STANDSTILL = gauge(
            "nearside_replicator_apply_standstill_seconds",
            "For how long a frontier has not moved although a change is in front of it, the longest of the table's partitions;"
                    + " 0 while all move, or applying is paused. Degraded above 60.",
            "peer",
            "table");
    public static final Metric APPLY_IN_FLIGHT =
            gauge("nearside_replicator_apply_in_flight", "Changes read from a peer and not ended yet.", "peer");
    public static final Metric PEER_UP =
            gauge("nearside_replicator_peer_up", "1 while the peer's Kafka answers, 0 while it does not.", "peer");
    public static final Metric TABLES =
            gauge("nearside_replicator_tables", "Tables of this region that are replicated.");
    public static final Metric PARKED_KEYS =
            gauge("nearside_replicator_parked_keys", "Keys whose changes are put aside. Alert on more than 0.");
    public static final Metric TOMBSTONE_TABLE_LOST = counter(
            "nearside_replicator_tombstone_table_lost_total",
            "Times that the tombstone table was found deleted and was made again, without what it held. Alert on any increase.");

    public static final Metric FEED_GAPS = counter(
            "nearside_replicator_feed_gaps_total",
            "Times that changes of a peer were lost before they were read here: their topic was deleted and created again, or their"
                    + " retention ended. Alert on any increase.",
            "peer",
            "table",
            "reason");
    public static final Metric TABLES_UNCAPTURED = gauge(
            "nearside_replicator_tables_uncaptured",
            "Tables of this region with a stream that no process captures at the moment; NaN while the other processes cannot be heard."
                    + " Alert when it stays above 0.");
    public static final Metric TOPICS_LOST = counter(
            "nearside_replicator_topics_lost_total",
            "Times that a topic was found deleted, or to be another one, while it is in use; it is created again. Alert on any increase.",
            "topic");

    /** The apply side's part of the catalogue, in the order of the reference. */
    public static final List<Metric> CATALOGUE = List.of(
            APPLIED,
            SUPERSEDED,
            CONFLICTS,
            PARKED,
            PARKED_KEYS,
            REFUSED,
            APPLY_RETRIES,
            LAG,
            APPLY_FRONTIER_AGE,
            APPLY_STANDSTILL,
            APPLY_IN_FLIGHT,
            PEER_UP,
            TABLES,
            FEED_GAPS,
            TABLES_UNCAPTURED,
            TOPICS_LOST,
            TOMBSTONE_TABLE_LOST);

    private static final Duration[] LAG_BUCKETS = {
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(40),
        Duration.ofMillis(80),
        Duration.ofMillis(150),
        Duration.ofMillis(300),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(30),
        Duration.ofHours(6)
    };

    private final MeterRegistry registry;

    public ReplicatorMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Counts one; the tag values in the order in which the metric names its tags. */
    public void count(Metric metric, String... tagValues) {
        Counter.builder(metric.registered())
                .description(metric.help())
                .tags(tags(metric, tagValues))
                .register(registry)
                .increment();
    }

    /** Makes a counter's series at 0, so that its first event is an increase that an alert can see. */
    public void start(Metric metric, String... tagValues) {
        Counter.builder(metric.registered())
                .description(metric.help())
                .tags(tags(metric, tagValues))
                .register(registry);
    }

    /** Records a duration; a negative one (two clocks disagree) counts as zero. */
    public void record(Metric metric, Duration duration, String... tagValues) {
        Timer.builder(metric.registered())
                .description(metric.help())
                .tags(tags(metric, tagValues))
                .serviceLevelObjectives(LAG_BUCKETS)
                .register(registry)
                .record(duration.isNegative() ? Duration.ZERO : duration);
    }

    /** Registers a gauge that is asked for its value at each scrape, for as long as the replicator lives. */
    public void watch(Metric metric, Supplier<Number> value, String... tagValues) {
        Gauge.builder(metric.registered(), value)
                .description(metric.help())
                .tags(tags(metric, tagValues))
                .strongReference(true)
                .register(registry);
    }

    /** A gauge with rows that come and go, such as one per table. */
    public MultiGauge rows(Metric metric) {
        return MultiGauge.builder(metric.registered())
                .description(metric.help())
                .register(registry);
    }

    /** The tags of one row or meter. */
    public static Tags tags(Metric metric, String... values) {
        if (values.length != metric.tags().size()) {
            throw new IllegalArgumentException(metric.name() + " has the tags " + metric.tags());
        }
        List<Tag> tags = new ArrayList<>(values.length);
        for (int i = 0; i < values.length; i++) {
            tags.add(Tag.of(metric.tags().get(i), values[i]));
        }
        return Tags.of(tags);
    }

    private static Metric counter(String name, String help, String... tags) {
        return new Metric(name, Metric.Type.COUNTER, help, List.of(tags));
    }

    private static Metric gauge(String name, String help, String... tags) {
        return new Metric(name, Metric.Type.GAUGE, help, List.of(tags));
    }

    private static Metric histogram(String name, String help, String... tags) {
        return new Metric(name, Metric.Type.HISTOGRAM, help, List.of(tags));
    }
}
