package io.nearside.replicator;

import io.nearside.conflict.AttributeVersions;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The operator's commands against two running regions. */
final class OperationIT {

    private static final TwoRegions REGIONS = new TwoRegions().start();

    private record Said(int exitCode, String out, String err) {}

    @AfterAll
    static void stop() {
        REGIONS.close();
    }

    private static Said run(String command, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = ReplicatorMain.commandLine();
        String[] all = new String[args.length + 4];
        all[0] = "replication";
        all[1] = command;
        all[2] = "--admin";
        all[3] = REGIONS.admin(0).toString();
        System.arraycopy(args, 0, all, 4, args.length);
        int exitCode = commandLine
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
        return new Said(exitCode, out.toString(), err.toString());
    }

    private static Said compare(String command, String table) {
        return run(command, "--table", table, "--with", REGIONS.admin(1).toString(), "--pause", "1");
    }

    /** A table of items that both regions have. */
    private static String equalTable(String suffix, int items) {
        String table = REGIONS.replicatedTable(suffix);
        for (int i = 0; i < items; i++) {
            REGIONS.put(i % 2, table, "k" + i, "v");
        }
        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.items(1, table)).hasSize(items));
        REGIONS.awaitEqual(table);
        return table;
    }

    /** Writes an item of an older version behind everybody's back, as this region's applier would: its stream record says that another region made it. */
    private static void plant(int region, String table, String id, Version version) {
        REGIONS.dynamoDb(region)
                .putItem(request -> request.tableName(table)
                        .item(Map.of(
                                "id",
                                AttributeValue.fromS(id),
                                "value",
                                AttributeValue.fromS("planted"),
                                Version.ATTRIBUTE,
                                AttributeValue.fromB(SdkBytes.fromByteArray(
                                        new Stamp(version, Stamp.writeId(region + 1, 1)).toBytes())))));
    }

    private static void update(int region, String table, String id, String name, String value) {
        REGIONS.dynamoDb(region)
                .updateItem(request -> request.tableName(table)
                        .key(Map.of("id", AttributeValue.fromS(id)))
                        .updateExpression("SET #n = :v")
                        .expressionAttributeNames(Map.of("#n", name))
                        .expressionAttributeValues(Map.of(":v", AttributeValue.fromS(value))));
    }

    @Test
    void attributes_updatedInBothRegionsAtOnce_allSurvive_andTheHigherOfOneStands() {
        String table = equalTable("merging", 3);
        String conflicts =
                "nearside_replicator_conflicts_total{cause=\"newer-attributes\",peer=\"%s\",table=\"" + table + "\"}";
        REGIONS.post(0, "/api/pause");
        REGIONS.post(1, "/api/pause");
        try {
            for (int region = 0; region < 2; region++) {
                update(region, table, "k0", "only-in-" + region, "kept");
                update(region, table, "k1", "both", "of region " + region);
            }
            await().atMost(TwoRegions.SOON).untilAsserted(() -> {
                for (int region = 0; region < 2; region++) {
                    assertThat(run("history", "--table", table, "--key", "{\"id\": {\"S\": \"k1\"}}")
                                    .out())
                            .contains("of region " + region);
                    assertThat(run("history", "--table", table, "--key", "{\"id\": {\"S\": \"k0\"}}")
                                    .out())
                            .contains("UPDATE")
                            .contains("only-in-" + region);
                }
            });
        } finally {
            REGIONS.post(0, "/api/resume");
            REGIONS.post(1, "/api/resume");
        }
        await().atMost(TwoRegions.SOON)
                .untilAsserted(
                        () -> assertThat(REGIONS.item(0, table, "k0")).containsKeys("value", "only-in-0", "only-in-1"));
        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.metric(0, conflicts.formatted(REGIONS.name(1)))
                                + REGIONS.metric(1, conflicts.formatted(REGIONS.name(0))))
                        .isPositive());
        REGIONS.awaitEqual(table);
        assertThat(REGIONS.item(1, table, "k0")).containsKeys("value", "only-in-0", "only-in-1");
        assertThat(REGIONS.item(0, table, "k1")).containsKeys("value", "both");

        assertThat(run("backfill", "--table", table).exitCode()).isZero();
        Said said = compare("verify", table);
        assertThat(said.out()).contains("is equal").contains("[3, 3]");
        assertThat(run("rebuild", "--table", table, "--as-of", Instant.now().toString(), "--into", table + "-past")
                        .err())
                .contains("merges attributes");
    }

    @Test
    void repair_ofATableThatMergesAttributes_bringsEachRegionWhatItLacks() {
        String table = equalTable("merging-repair", 2);
        // As if an update of another region had never arrived in region 1.
        Version base = Objects.requireNonNull(Stamp.ofBytes(
                        Objects.requireNonNull(REGIONS.item(0, table, "k0").get(Version.ATTRIBUTE))
                                .b()
                                .asByteArray()))
                .version();
        Version foreign = new Version(base.clock() + 1, 77, 1);
        byte[] mark =
                AttributeVersions.whole(base).raised(Set.of("extra"), foreign).toBytes(Stamp.writeId(1, 1));
        REGIONS.dynamoDb(0)
                .updateItem(request -> request.tableName(table)
                        .key(Map.of("id", AttributeValue.fromS("k0")))
                        .updateExpression("SET extra = :e, #v = :v")
                        .expressionAttributeNames(Map.of("#v", Version.ATTRIBUTE))
                        .expressionAttributeValues(Map.of(
                                ":e",
                                AttributeValue.fromS("kept"),
                                ":v",
                                AttributeValue.fromB(SdkBytes.fromByteArray(mark)))));
        assertThat(compare("verify", table).out()).contains("1 key differs");

        compare("repair", table);

        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.item(1, table, "k0")).containsKey("extra"));
        REGIONS.awaitEqual(table);
    }

    @Test
    void verify_equalTables_saysSo() {
        String table = equalTable("verify-equal", 30);
        Said said = compare("verify", table);
        assertThat(said.out()).contains("is equal").contains("[30, 30]");
        assertThat(said.exitCode()).isZero();
    }

    @Test
    void verify_itemMissingElsewhere_isFoundAndRepaired() {
        String table = equalTable("verify-repair", 30);
        // As applied from a third region whose change never reached region 1.
        plant(0, table, "only-here", new Version(Instant.now().toEpochMilli() << 16, 77, 1));
        Said found = compare("verify", table);
        assertThat(found.out())
                .contains("1 key differs")
                .contains("missing in " + REGIONS.name(1))
                .contains("Repair puts them back");
        assertThat(found.exitCode()).isEqualTo(3);
        Said repaired = compare("repair", table);
        assertThat(repaired.out()).contains("published again").contains("They were put back");
        assertThat(repaired.exitCode()).isEqualTo(3);
        await().atMost(TwoRegions.SOON)
                .untilAsserted(
                        () -> assertThat(REGIONS.value(1, table, "only-here")).isEqualTo("planted"));
        await().atMost(TwoRegions.SOON)
                .untilAsserted(
                        () -> assertThat(compare("verify", table).exitCode()).isZero());
    }

    @Test
    void verify_tableOfAnotherNameThatTakesInPart_comparesThatPart() {
        String table = REGIONS.createTable(0, "part");
        String there = table + "-there";
        await().atMost(TwoRegions.SOON)
                .until(() -> REGIONS.dynamoDb(1).listTables().tableNames().contains(there));
        REGIONS.put(0, table, "in", "wanted");
        REGIONS.put(0, table, "leaves", "wanted");
        REGIONS.put(0, table, "out", "unwanted");
        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.items(1, there)).containsOnlyKeys("in", "leaves"));
        REGIONS.put(0, table, "leaves", "unwanted");
        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.items(1, there)).containsOnlyKeys("in"));
        assertThat(REGIONS.items(0, table)).hasSize(3);

        Said said = compare("verify", table);

        assertThat(said.out()).contains("is equal").contains("[1, 1]");
        assertThat(REGIONS.dynamoDb(1).listTables().tableNames()).doesNotContain(table);
    }

    @Test
    void verify_writesUnderWay_areNoMismatch() {
        String table = equalTable("verify-busy", 10);
        for (int i = 0; i < 40; i++) {
            REGIONS.put(0, table, "late-" + i, "v");
        }
        Said said = run("verify", "--table", table, "--with", REGIONS.admin(1).toString(), "--pause", "10", "--json");
        assertThat(said.out()).contains("\"equal\" : true");
        assertThat(said.exitCode()).isZero();
    }

    @Test
    void backfill_publishesEveryItemAgain() {
        String table = equalTable("backfill", 20);
        plant(0, table, "only-here", new Version(Instant.now().toEpochMilli() << 16, 77, 1));
        Said said = run("backfill", "--table", table);
        assertThat(said.out()).contains("21 items published");
        await().atMost(TwoRegions.SOON)
                .untilAsserted(
                        () -> assertThat(REGIONS.value(1, table, "only-here")).isEqualTo("planted"));
    }

    @Test
    void rebuild_writesTheTableAsItWas() {
        String table = equalTable("rebuild", 6);
        REGIONS.delete(1, table, "k5");
        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.items(0, table)).hasSize(5));
        Instant asOf = Instant.now();
        await().atMost(Duration.ofMinutes(1)).until(() -> Instant.now().isAfter(asOf.plusMillis(2)));
        REGIONS.put(0, table, "k0", "changed since");
        REGIONS.delete(0, table, "k1");
        REGIONS.put(1, table, "k5", "back again");
        REGIONS.put(1, table, "k6", "new");
        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.items(0, table)).containsKeys("k5", "k6"));
        REGIONS.awaitEqual(table);
        // Not replicated: its name does not fit the pattern.
        String into = "rebuilt-" + table;

        Said dry = rebuild(table, asOf, into, "--dry-run");
        assertThat(dry.out()).contains("5 items would be written");
        assertThat(REGIONS.dynamoDb(0).listTables().tableNames()).doesNotContain(into);

        Said said = rebuild(table, asOf, into, "--json");
        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(said.out()).contains("\"items\" : 5", "\"unknown\" : 0");
        assertThat(REGIONS.items(0, into)).containsOnlyKeys("k0", "k1", "k2", "k3", "k4");
        assertThat(REGIONS.items(0, into).values())
                .allSatisfy(item -> assertThat(item)
                        .containsEntry("value", AttributeValue.fromS("v"))
                        .doesNotContainKey(Version.ATTRIBUTE));

        Said again = rebuild(table, asOf, into, "--json");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("table " + into + " is not empty");
        Said before = rebuild(table, Instant.now().minusSeconds(3_600), into + "-2", "--dry-run");
        assertThat(before.exitCode()).isEqualTo(3);
        assertThat(before.out()).contains("0 items would be written", "7 keys have changed since");
        assertThat(rebuild(table, Instant.now().plusSeconds(3_600), into + "-2", "--dry-run")
                        .err())
                .contains("is not over yet");
    }

    private static Said rebuild(String table, Instant asOf, String into, String option) {
        return run("rebuild", "--table", table, "--as-of", asOf.toString(), "--into", into, option);
    }

    @Test
    void history_showsWhoChangedWhat() {
        String table = equalTable("history", 1);
        REGIONS.put(1, table, "k0", "second");
        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.value(0, table, "k0")).isEqualTo("second"));
        REGIONS.delete(0, table, "k0");
        await().atMost(TwoRegions.SOON)
                .untilAsserted(() -> assertThat(REGIONS.item(1, table, "k0")).isEmpty());
        Said said = run("history", "--table", table, "--key", "{\"id\": {\"S\": \"k0\"}}");
        assertThat(said.out().lines().toList()).hasSize(3);
        assertThat(said.out().lines().toList().get(0)).contains(REGIONS.name(0), "PUT", "\"S\":\"v\"");
        assertThat(said.out().lines().toList().get(1)).contains(REGIONS.name(1), "PUT", "second");
        assertThat(said.out().lines().toList().get(2)).contains(REGIONS.name(0), "DELETE");
        assertThat(run("history", "--table", table, "--key", "{\"id\": {\"X\": 1}}")
                        .exitCode())
                .isEqualTo(1);
    }

    @Test
    void conflicts_andParked_areListed() {
        assertThat(run("conflicts").exitCode()).isZero();
        assertThat(run("conflicts", "--json").out()).startsWith("[");
        assertThat(run("parked").out()).contains("nothing is parked");
        assertThat(run("release", "--table", "none").out()).contains("0 keys released");
    }

    @Test
    void drain_afterTheWritersStopped_saysWhenEverythingIsOut() {
        String table = equalTable("drain", 10);
        for (int i = 0; i < 50; i++) {
            REGIONS.put(0, table, "d" + i, "v");
        }
        Said said = run("drain", "--with", REGIONS.admin(1).toString(), "--timeout", "60");
        assertThat(said.out()).contains("drained");
        assertThat(said.exitCode()).isZero();
        assertThat(REGIONS.items(1, table)).hasSize(60);
    }

    @Test
    void verify_tableOrRegionNotThere_saysWhich() {
        Said noTable = compare("verify", "nope");
        assertThat(noTable.exitCode()).isEqualTo(1);
        assertThat(noTable.err()).contains("table nope is not replicated here").doesNotContain("\tat ");
        Said noRegion = run("verify", "--table", equalTable("verify-alone", 1), "--with", "http://127.0.0.1:1");
        assertThat(noRegion.exitCode()).isEqualTo(1);
        assertThat(noRegion.err())
                .contains("no replicator answers at http://127.0.0.1:1")
                .doesNotContain("\tat ");
    }
}
