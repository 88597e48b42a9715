package io.nearside.replicator.capture;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class ShardCheckpointTest {

    private static final SequenceNumber FIRST = SequenceNumber.of("100");
    private static final SequenceNumber SECOND = SequenceNumber.of("200");

    private final MemoryCheckpoints store = new MemoryCheckpoints();
    private long millis = 1_000_000;
    private final InstantSource wall = () -> Instant.ofEpochMilli(millis);
    private final ShardCheckpoint checkpoint = new ShardCheckpoint(
            new ShardReader.Place("orders", "arn", "shard-1"), store, null, Duration.ofSeconds(1), wall);

    @Test
    void ageMillis_everythingStored_isZeroHoweverLongAgo() {
        checkpoint.saveIfDue(FIRST, false);

        millis += 3_600_000;
        checkpoint.saveIfDue(FIRST, false);

        assertThat(store.shards).containsEntry("shard-1", new Checkpoint.At("100"));
        assertThat(checkpoint.ageMillis()).isZero();
    }

    @Test
    void ageMillis_newsAfterALongRest_countsFromTheNews() {
        checkpoint.saveIfDue(FIRST, false);
        millis += 3_600_000;
        store.refuses = true;

        checkpoint.saveIfDue(SECOND, false);
        millis += 500;

        assertThat(checkpoint.ageMillis()).isEqualTo(500);
    }

    @Test
    void ageMillis_storeRefuses_growsUntilItTakesThem() {
        checkpoint.saveIfDue(FIRST, false);
        store.refuses = true;
        millis += 2_000;
        checkpoint.saveIfDue(SECOND, false);
        millis += 60_000;
        checkpoint.saveIfDue(SECOND, false);
        assertThat(checkpoint.ageMillis()).isEqualTo(60_000);

        store.refuses = false;
        millis += 2_000;
        checkpoint.saveIfDue(SECOND, false);

        assertThat(checkpoint.ageMillis()).isZero();
        assertThat(store.shards).containsEntry("shard-1", new Checkpoint.At("200"));
    }
}
