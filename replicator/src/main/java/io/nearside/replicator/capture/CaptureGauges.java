package io.nearside.replicator.capture;

import io.micrometer.core.instrument.MultiGauge;
import io.nearside.replicator.capture.ChangeSource.ShardStatus;
import io.nearside.replicator.metrics.Metric;
import io.nearside.replicator.metrics.ReplicatorMetrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The gauges of capture: a row for each table of this process's share, and one for each shard that is being read. */
final class CaptureGauges {

    private final Map<Metric, ToDoubleFunction<CaptureStatus>> perTable = new LinkedHashMap<>();
    private final Map<Metric, MultiGauge> gauges = new LinkedHashMap<>();
    private final MultiGauge shards;

    CaptureGauges(ReplicatorMetrics metrics) {
        perTable.put(CaptureMetrics.LAG, status -> status.lagMillis() / 1000.0);
        perTable.put(CaptureMetrics.STANDSTILL, status -> status.stillMillis() / 1000.0);
        perTable.put(CaptureMetrics.RETENTION_LEFT, status -> status.retentionLeftMillis() / 1000.0);
        perTable.put(CaptureMetrics.CHECKPOINT_AGE, status -> status.checkpointAgeMillis() / 1000.0);
        perTable.put(
                CaptureMetrics.IN_FLIGHT,
                status ->
                        status.shards().stream().mapToInt(ShardStatus::inFlight).sum());
        perTable.put(CaptureMetrics.FAILING, status -> status.failure() == null ? 0 : 1);
        perTable.put(CaptureMetrics.RESYNCING, status -> status.state() == CaptureStatus.State.RESYNCING ? 1 : 0);
        perTable.keySet().forEach(metric -> gauges.put(metric, metrics.rows(metric)));
        this.shards = metrics.rows(CaptureMetrics.SHARD_LAG);
    }

    /** Shows these tables and shards and no others. */
    void show(List<CaptureStatus> tables) {
        gauges.forEach((metric, gauge) -> gauge.register(rows(metric, tables), true));
        shards.register(shardRows(tables), true);
    }

    private List<MultiGauge.Row<?>> rows(Metric metric, List<CaptureStatus> tables) {
        ToDoubleFunction<CaptureStatus> value = perTable.getOrDefault(metric, status -> 0);
        List<MultiGauge.Row<?>> rows = new ArrayList<>(tables.size());
        for (CaptureStatus status : tables) {
            rows.add(MultiGauge.Row.of(ReplicatorMetrics.tags(metric, status.table()), value.applyAsDouble(status)));
        }
        return rows;
    }

    private static List<MultiGauge.Row<?>> shardRows(List<CaptureStatus> tables) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (CaptureStatus status : tables) {
            for (ShardStatus shard : status.shards()) {
                rows.add(MultiGauge.Row.of(
                        ReplicatorMetrics.tags(CaptureMetrics.SHARD_LAG, status.table(), shard.shard()),
                        shard.lagMillis() / 1000.0));
            }
        }
        return rows;
    }
}
