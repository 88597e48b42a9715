package io.nearside.replicator.capture;

import io.nearside.replicator.metrics.Metric;
import io.nearside.replicator.metrics.ReplicatorMetrics;
import java.time.Duration;
import java.util.List;

/** What capture counts and measures. Thread-safe. */
public final class CaptureMetrics {

    public static final Metric SETTLED = new Metric(
            "nearside_replicator_records_settled_total",
            Metric.Type.COUNTER,
            "Stream records and scanned rows settled, by what they came to.",
            List.of("table", "outcome"));
    public static final Metric CAPTURE_TIME = new Metric(
            "nearside_replicator_capture_seconds",
            Metric.Type.HISTOGRAM,
            "From a stream record being read to it being settled and acknowledged by Kafka.",
            List.of("table"));
    public static final Metric RETRIES = new Metric(
            "nearside_replicator_capture_retries_total",
            Metric.Type.COUNTER,
            "Steps of capture that failed for the environment's reasons and were tried again.",
            List.of("table", "reason"));
    public static final Metric PARKED = new Metric(
            "nearside_replicator_records_parked_total",
            Metric.Type.COUNTER,
            "Stream records that can never be captured; each is in nearside.parked. Alert on any increase.",
            List.of("table"));
    public static final Metric GAPS = new Metric(
            "nearside_replicator_stream_gaps_total",
            Metric.Type.COUNTER,
            "Times that records of a stream were lost, or may have been; the table is resynchronised. Alert on any increase.",
            List.of("table", "reason"));
    public static final Metric LAG = new Metric(
            "nearside_replicator_capture_frontier_age_seconds",
            Metric.Type.GAUGE,
            "Age of the oldest stream record known and not captured, the largest of the table's shards, as coarse as the"
                    + " stream's times. Alert long before the stream's 24 hours.",
            List.of("table"));
    public static final Metric SHARD_LAG = new Metric(
            "nearside_replicator_shard_frontier_age_seconds",
            Metric.Type.GAUGE,
            "Age of the oldest stream record known and not captured, for each shard that is being read; a shard read to its end"
                    + " has no series any more.",
            List.of("table", "shard"));
    public static final Metric STANDSTILL = new Metric(
            "nearside_replicator_capture_standstill_seconds",
            Metric.Type.GAUGE,
            "For how long a frontier has not moved although a record is in front of it, the longest of the table's shards; 0"
                    + " while all move. Degraded above 60.",
            List.of("table"));
    public static final Metric RETENTION_LEFT = new Metric(
            "nearside_replicator_stream_retention_left_seconds",
            Metric.Type.GAUGE,
            "Until DynamoDB drops the oldest stream record known and not captured: 24 hours less the age of that record.",
            List.of("table"));
    public static final Metric CHECKPOINT_AGE = new Metric(
            "nearside_replicator_checkpoint_age_seconds",
            Metric.Type.GAUGE,
            "For how long the stored checkpoint has been behind what is captured, the largest of the table's shards; what is"
                    + " not stored is captured again after a restart. Alert when it grows.",
            List.of("table"));
    public static final Metric IN_FLIGHT = new Metric(
            "nearside_replicator_capture_in_flight",
            Metric.Type.GAUGE,
            "Stream records read and not captured yet.",
            List.of("table"));
    public static final Metric FAILING = new Metric(
            "nearside_replicator_capture_failing",
            Metric.Type.GAUGE,
            "1 while something stands in the way of a table's capture, 0 while nothing does; `/api/status` says what. Alert when it"
                    + " stays: a table that cannot start has no age and no standstill.",
            List.of("table"));
    public static final Metric RESYNCING = new Metric(
            "nearside_replicator_resyncing",
            Metric.Type.GAUGE,
            "1 while a table is being resynchronised after a gap.",
            List.of("table"));

    /** Capture's part of the catalogue, in the order of the reference. */
    public static final List<Metric> CATALOGUE = List.of(
            SETTLED,
            CAPTURE_TIME,
            RETRIES,
            PARKED,
            GAPS,
            LAG,
            SHARD_LAG,
            STANDSTILL,
            RETENTION_LEFT,
            CHECKPOINT_AGE,
            IN_FLIGHT,
            FAILING,
            RESYNCING);

    private final ReplicatorMetrics metrics;

    public CaptureMetrics(ReplicatorMetrics metrics) {
        this.metrics = metrics;
    }

    /** From here on the table's counters exist: an alert sees the first event only as a rise from 0. */
    void begin(String table) {
        metrics.start(PARKED, table);
        for (Gap.Reason reason : Gap.Reason.values()) {
            metrics.start(GAPS, table, reason.label());
        }
    }

    void settled(String table, Settled.Outcome outcome) {
        metrics.count(SETTLED, table, outcome.label());
    }

    void captured(String table, Duration afterReading) {
        metrics.record(CAPTURE_TIME, afterReading, table);
    }

    void retried(String table, String reason) {
        metrics.count(RETRIES, table, reason);
    }

    void parked(String table) {
        metrics.count(PARKED, table);
    }

    void gap(String table, Gap.Reason reason) {
        metrics.count(GAPS, table, reason.label());
    }
}
