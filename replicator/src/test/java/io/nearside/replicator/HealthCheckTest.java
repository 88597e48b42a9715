package io.nearside.replicator;

import io.nearside.replicator.admin.Health;
import io.nearside.replicator.apply.ApplyFeedStatus;
import io.nearside.replicator.capture.CaptureStatus;
import io.nearside.replicator.capture.ChangeSource.ShardStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class HealthCheckTest {

    private static CaptureStatus table(String name, ShardStatus... shards) {
        return new CaptureStatus(name, "arn", CaptureStatus.State.TAILING, List.of(shards), 0, 0, null, null);
    }

    private static CaptureStatus resyncing(String name) {
        return new CaptureStatus(name, "arn", CaptureStatus.State.RESYNCING, List.of(), 1, 4, "trimmed", null);
    }

    private static ShardStatus shard(String id, Duration still, Duration lag) {
        return new ShardStatus(id, "17", 3, lag.toMillis(), still.toMillis(), 0, true, null);
    }

    private static ApplyFeedStatus feed(Duration... still) {
        return new ApplyFeedStatus(
                java.util.stream.IntStream.range(0, still.length)
                        .mapToObj(i -> new ApplyFeedStatus.Partition(
                                "nearside.changes.eu-west-1.orders", i, 7, 2, still[i].toMillis(), 1))
                        .toList(),
                2);
    }

    @Test
    void capture_oneShardOfManyStandsStill_isDegradedAndNamesIt() { // R31
        Health health = HealthCheck.capture(
                null,
                List.of(
                        table("customers", shard("a", Duration.ZERO, Duration.ZERO)),
                        table(
                                "orders",
                                shard("b", Duration.ZERO, Duration.ZERO),
                                shard("c", Duration.ofSeconds(75), Duration.ofSeconds(80)))));

        assertThat(health.state()).isEqualTo(Health.State.DEGRADED);
        assertThat(health.reason())
                .isEqualTo(
                        "table orders, shard c: its frontier has stood still for 75 s with 3 records read and not captured");
    }

    @Test
    void capture_hoursBehindAndMoving_isReady() {
        Health health = HealthCheck.capture(
                null, List.of(table("orders", shard("a", Duration.ofSeconds(2), Duration.ofHours(3)))));

        assertThat(health.state()).isEqualTo(Health.State.READY);
    }

    @Test
    void kafka_ofAPeerAway_isNoReasonToReplaceThisProcess() {
        assertThat(HealthCheck.kafka("peer:9092", "does not answer", false))
                .isEqualTo(Health.degraded("does not answer"));
        assertThat(HealthCheck.kafka("own:9092", "does not answer", true))
                .isEqualTo(Health.notReady("does not answer"));
    }

    @Test
    void capture_ofATableThatIsResynchronised_isDegraded() {
        CaptureStatus resyncing = resyncing("orders");

        Health health = HealthCheck.capture(null, List.of(resyncing));

        assertThat(health.state()).isEqualTo(Health.State.DEGRADED);
        assertThat(health.reason()).contains("table orders is being compared as a whole after a gap");
    }

    @Test
    void capture_somethingInTheWayOfAll_isRed() {
        assertThat(HealthCheck.capture("Kafka is away", List.of()).state()).isEqualTo(Health.State.NOT_READY);
    }

    @Test
    void share_tablesThatNobodyCaptures_areRedOnceTheyCannotBeChangingHands() {
        assertThat(HealthCheck.share(2, Duration.ofSeconds(21)).state()).isEqualTo(Health.State.NOT_READY);
        assertThat(HealthCheck.share(2, Duration.ofSeconds(21)).reason())
                .isEqualTo("2 tables of this region are captured by no process, for 21 s");
        assertThat(HealthCheck.share(2, Duration.ofSeconds(19)).state()).isEqualTo(Health.State.READY);
        assertThat(HealthCheck.share(0, Duration.ZERO).state()).isEqualTo(Health.State.READY);
        assertThat(HealthCheck.share(null, Duration.ZERO).state()).isEqualTo(Health.State.READY);
    }

    @Test
    void apply_onePartitionStandsStill_isNamedWithItsAge() {
        assertThat(HealthCheck.stuck("eu-west-1", feed(Duration.ZERO, Duration.ofSeconds(61)), Duration.ZERO))
                .isEqualTo("topic nearside.changes.eu-west-1.orders, partition 1: its frontier has stood still for 61 s"
                        + " with 2 changes read and not ended, 7 not read");
        assertThat(HealthCheck.stuck("eu-west-1", feed(Duration.ofSeconds(59)), Duration.ZERO))
                .isNull();
        assertThat(HealthCheck.stuck("eu-west-1", feed(), Duration.ZERO)).isNull();
    }

    @Test
    void apply_readerThatHangs_isNoticed() {
        assertThat(HealthCheck.stuck("eu-west-1", feed(), Duration.ofSeconds(90)))
                .isEqualTo("changes of region eu-west-1 have not been read for 90 s");
    }
}
