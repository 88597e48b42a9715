package io.nearside.replicator.table;

import io.nearside.replicator.table.RegionRegistry.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Which region ids are refused, with several processes and with time, against DynamoDB Local. */
final class RegionRegistryIT {

    private static final RegionFixture DYNAMO = new RegionFixture(2);
    private static final Duration RETENTION = Duration.ofDays(7);
    private static final Map<Integer, String> RIGHT = Map.of(1, "us", 2, "eu");
    private static final Map<Integer, String> MISTYPED = Map.of(7, "us", 2, "eu");
    private static final Map<Integer, String> ALONE = Map.of(2, "eu");

    private final String table = "nearside-regions-" + UUID.randomUUID();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    RegionRegistryIT() {
        TombstoneTable.ensure(DYNAMO.client(), table);
    }

    @AfterAll
    static void close() {
        DYNAMO.close();
    }

    private RegionRegistry process(String name) {
        return new RegionRegistry(DYNAMO.client(), table, name, RETENTION, () -> now);
    }

    private static String sentence(@Nullable Refusal refusal) {
        return refusal == null ? "none" : refusal.sentence();
    }

    @Test
    void configuration_mistypedWhileOthersRun_isToldBothValuesAndSpendsNothing() {
        assertThat(process("first").enter(RIGHT)).isNull();
        Refusal refusal = process("mistyped").enter(MISTYPED);
        assertThat(sentence(refusal))
                .contains("region us has region-id 7 in this configuration and 1 in that of process first, which runs");
        assertThat(refusal != null && refusal.passing()).isTrue();
        assertThat(process("second").enter(RIGHT)).isNull();
        assertThat(process("first").known().values()).noneMatch(RegionRegistry.Known::spent);
    }

    @Test
    void configuration_withARegionLeftOutOnce_spendsNothing() {
        process("first").enter(RIGHT);
        assertThat(process("short").enter(ALONE)).isNull();
        process("short").leave();
        process("first").leave();
        assertThat(process("first").enter(RIGHT)).isNull();
    }

    @Test
    void region_leftOutForLongerThanChangesAreKept_isSpentUntilReadmitted() {
        process("first").enter(RIGHT);
        process("first").leave();
        process("second").enter(ALONE);
        now = now.plus(RETENTION).minusSeconds(1);
        process("second").confirm(ALONE);
        assertThat(process("second").known().get(1)).isEqualTo(new RegionRegistry.Known(1, "us", false, 0));
        now = now.plusSeconds(2);
        process("second").confirm(ALONE);
        Refusal refusal = process("first").enter(RIGHT);
        assertThat(sentence(refusal)).contains("its region-id 1 is spent", "nearside replication readmit --region us");
        assertThat(refusal != null && refusal.passing()).isFalse();
        assertThat(process("first").readmit("us")).isEqualTo(1);
        assertThat(process("first").enter(RIGHT)).isNull();
        assertThat(process("first").readmit("us")).isZero();
    }

    @Test
    void region_stillConfiguredByAnotherProcess_isNotSpentHoweverLongOneLeavesItOut() {
        process("first").enter(RIGHT);
        process("short").enter(ALONE);
        for (int minute = 0; minute < 3; minute++) {
            now = now.plus(Duration.ofMinutes(1));
            process("first").confirm(RIGHT);
            process("short").confirm(ALONE);
        }
        now = now.plus(RETENTION).plusSeconds(1);
        process("first").confirm(RIGHT);
        process("short").confirm(ALONE);
        assertThat(process("third").enter(RIGHT)).isNull();
    }

    @Test
    void wholeRegion_awayForLongerThanChangesAreKept_comesBackWithItsIds() {
        process("first").enter(RIGHT);
        now = now.plus(RETENTION.multipliedBy(2));
        assertThat(process("second").enter(RIGHT)).isNull();
    }

    @Test
    void region_withANewIdOnceTheOldProcessesAreGone_isTaken() {
        process("first").enter(RIGHT);
        assertThat(process("new").enter(MISTYPED)).isNotNull();
        process("first").leave();
        assertThat(process("new").enter(MISTYPED)).isNull();
    }

    @Test
    void region_withANewIdAfterTheOldProcessesDied_isTakenWhenTheirLeaseEnds() {
        process("first").enter(RIGHT);
        now = now.plus(RegionRegistry.LEASE).plusSeconds(1);
        assertThat(process("new").enter(MISTYPED)).isNull();
    }

    @Test
    void id_ofAnotherRegionOnce_isRefusedForGood() {
        process("first").enter(RIGHT);
        process("first").leave();
        assertThat(sentence(process("second").enter(Map.of(1, "ap", 2, "eu"))))
                .contains("region-id 1 belonged to us and is never used again: give ap a new region-id");
    }

    @Test
    void row_ofAnOlderVersion_keepsItsNamesAndItsSpentIds() {
        Map<String, AttributeValue> row = new HashMap<>();
        row.put(DynamoTombstones.KEY, AttributeValue.fromB(SdkBytes.fromByteArray("nearside/regions".getBytes(UTF_8))));
        row.put(
                "names",
                AttributeValue.fromM(Map.of("1", AttributeValue.fromS("us"), "2", AttributeValue.fromS("eu"))));
        row.put("retired", AttributeValue.fromSs(List.of("1")));
        DYNAMO.client().putItem(request -> request.tableName(table).item(row));
        assertThat(sentence(process("first").enter(RIGHT))).contains("its region-id 1 is spent");
        assertThat(process("first").enter(ALONE)).isNull();
        assertThat(process("first").known().get(2)).isEqualTo(new RegionRegistry.Known(2, "eu", false, 1));
    }
}
