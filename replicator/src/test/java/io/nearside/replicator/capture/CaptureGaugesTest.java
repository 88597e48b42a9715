package io.nearside.replicator.capture;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nearside.replicator.capture.CaptureStatus.State;
import io.nearside.replicator.capture.ChangeSource.ShardStatus;
import io.nearside.replicator.metrics.ReplicatorMetrics;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class CaptureGaugesTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final CaptureGauges gauges = new CaptureGauges(new ReplicatorMetrics(registry));

    @Test
    void show_oneStuckShard_isSeenByItselfAndInItsTable() {
        gauges.show(List.of(table(
                "orders",
                shard("shard-1", Duration.ZERO, Duration.ZERO),
                shard("shard-2", Duration.ofHours(1), Duration.ofSeconds(90)))));

        assertThat(registry.scrape())
                .contains("nearside_replicator_shard_frontier_age_seconds{shard=\"shard-1\",table=\"orders\"} 0.0\n")
                .contains("nearside_replicator_shard_frontier_age_seconds{shard=\"shard-2\",table=\"orders\"} 3600.0\n")
                .contains("nearside_replicator_capture_frontier_age_seconds{table=\"orders\"} 3600.0\n")
                .contains("nearside_replicator_stream_retention_left_seconds{table=\"orders\"} 82800.0\n")
                .contains("nearside_replicator_capture_standstill_seconds{table=\"orders\"} 1.5\n")
                .contains("nearside_replicator_checkpoint_age_seconds{table=\"orders\"} 90.0\n")
                .contains("nearside_replicator_capture_in_flight{table=\"orders\"} 6.0\n");
    }

    @Test
    void show_shardReadToItsEnd_isShownNoMore() {
        gauges.show(List.of(table("orders", shard("shard-1", Duration.ZERO, Duration.ZERO))));

        gauges.show(List.of(table("orders", shard("shard-2", Duration.ZERO, Duration.ZERO))));

        assertThat(registry.scrape()).contains("shard=\"shard-2\"").doesNotContain("shard=\"shard-1\"");
    }

    private static CaptureStatus table(String name, ShardStatus... shards) {
        return new CaptureStatus(name, "arn", State.TAILING, List.of(shards), 0, 0, null, null);
    }

    private static ShardStatus shard(String id, Duration lag, Duration checkpointAge) {
        return new ShardStatus(id, null, 3, lag.toMillis(), 1_500, checkpointAge.toMillis(), true, null);
    }
}
