package io.nearside.local;

import io.nearside.local.ChangeBooks.Captured;
import io.nearside.local.FaultyRelay.Fault;
import io.nearside.local.ThreeRegions.Node;
import io.nearside.local.ThreeRegions.Said;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Three regions are written to, through their proxies and around them, while one thing after another fails. Afterwards all is equal and
 * accounted for. {@code -Dnearside.seed=N} repeats the writes of a run.
 */
class FaultRunIT {
    private static final Duration OLDER_THAN_A_STREAM_KEEPS = Duration.ofHours(30);

    private final long seed =
            Long.getLong("nearside.seed", ThreadLocalRandom.current().nextLong());
    private final List<Node> nodes = new ArrayList<>();

    @TempDir
    Path directory;

    @Test
    void regions_whileOneThingAfterAnotherFails_loseNothingAndEndEqual() throws Exception {
        System.out.println("seed " + seed + "; repeat its writes with -Dnearside.seed=" + seed);
        try (ThreeRegions regions = new ThreeRegions(directory, seed)) {
            regions.startProxies();
            for (int region = 0; region < ThreeRegions.COUNT; region++) {
                nodes.add(regions.startNode(region));
            }
            String table = regions.createTable(ThreeRegions.COUNT);
            nodes.forEach(Node::awaitReady);

            try (Writers writers = new Writers(regions, table, seed)) {
                writers.awaitWrites(0, 20);
                stopOneAndAskForItsStatus(writers);
                rollOverShards(regions, writers);
                throttleAndRefuse(regions, writers);
                expireIterators(regions, writers);
                killTwoAtOnce(writers);
                restartKafka(regions, writers);
                trimUnreadRecords(regions, writers, table);
                System.out.println(writers.written() + " writes");
            }

            nodes.forEach(Node::awaitReady);
            repairWhatOnlyTheGapKnew(table);
            awaitEqual(regions, table);
            assertBooksBalance(regions, table);
            assertLastWriterWins(regions, table);
        }
    }

    /** Whoever asks is told the truth: the stopped one does not answer, and the others say that they hear nothing of it. */
    private void stopOneAndAskForItsStatus(Writers writers) throws InterruptedException {
        Node stopped = nodes.get(1).stop();
        Node other = nodes.get(2);
        await().atMost(ThreeRegions.PATIENCE)
                .untilAsserted(() -> assertThat(other.health().body())
                        .contains("no replicator of region " + ThreeRegions.name(1) + " has given a sign of life"));
        assertThat(ThreeRegions.operate(stopped, "status").exitCode()).isEqualTo(1);
        Said status = ThreeRegions.operate(other, "status");
        assertThat(status.exitCode()).as(status.text()).isEqualTo(3);
        assertThat(status.text()).contains("degraded").contains("what is written there does not get here");
        writers.awaitWrites(1, 10);
        stopped.startAgain();
        stopped.awaitReady();
        await().atMost(ThreeRegions.PATIENCE)
                .untilAsserted(() -> assertThat(other.health().body()).doesNotContain("sign of life"));
    }

    private void rollOverShards(ThreeRegions regions, Writers writers) {
        for (int region = 0; region < ThreeRegions.COUNT; region++) {
            regions.dynamoDb().rollOverShards(region);
            writers.awaitWrites(region, 10);
            regions.dynamoDb().rollOverShards(region);
        }
    }

    private void throttleAndRefuse(ThreeRegions regions, Writers writers) {
        for (Fault fault : List.of(Fault.THROTTLING, Fault.REFUSING)) {
            regions.relay(1).inject(fault);
            writers.awaitWrites(0, 20);
            await().atMost(ThreeRegions.PATIENCE).until(() -> regions.relay(1).injected() > 5);
        }
        regions.relay(1).inject(Fault.NONE);
    }

    private void expireIterators(ThreeRegions regions, Writers writers) {
        regions.relay(2).inject(Fault.EXPIRED_ITERATORS);
        await().atMost(ThreeRegions.PATIENCE).until(() -> regions.relay(2).injected() > 3);
        regions.relay(2).inject(Fault.NONE);
        writers.awaitWrites(2, 10);
    }

    private void killTwoAtOnce(Writers writers) throws InterruptedException {
        nodes.get(0).kill();
        nodes.get(1).kill();
        writers.awaitWrites(1, 20);
        nodes.get(0).startAgain();
        nodes.get(1).startAgain();
        writers.awaitWrites(1, 20);
    }

    private void restartKafka(ThreeRegions regions, Writers writers) {
        regions.kafka().stop();
        writers.awaitWrites(0, 20);
        regions.kafka().restart();
        writers.awaitWrites(0, 20);
    }

    private void trimUnreadRecords(ThreeRegions regions, Writers writers, String table) throws InterruptedException {
        Node victim = nodes.get(2);
        victim.awaitReady();
        victim.kill();
        writers.awaitWrites(2, 20);
        writers.rest(2);
        nodes.get(0).awaitReady();
        regions.dynamoDb().dilateEventTimes(2, OLDER_THAN_A_STREAM_KEEPS);
        awaitTrimmed(regions, table);
        writers.wake();
        victim.startAgain();
        await().atMost(ThreeRegions.PATIENCE)
                .ignoreException(UncheckedIOException.class)
                .untilAsserted(() -> assertThat(victim.page("/metrics"))
                        .as(victim::output)
                        .containsPattern(
                                "nearside_replicator_stream_gaps_total\\{[^}]*table=\"" + table + "\"[^}]*\\} [1-9]"));
        victim.awaitReady();
        assertThat(victim.page("/api/status")).containsPattern("\"gap\" : \"(trimmed|shard-vanished)");
        writers.awaitWrites(2, 20);
    }

    private static void awaitTrimmed(ThreeRegions regions, String table) {
        try (DynamoDbStreamsClient streams = DynamoDbStreamsClient.builder()
                .endpointOverride(regions.dynamoDb().endpoint(2))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                .httpClientBuilder(Apache5HttpClient.builder())
                .build()) {
            String arn = regions.streamArn(2, table);
            await().atMost(ThreeRegions.PATIENCE).until(() -> records(streams, arn) == 0);
        }
    }

    private static int records(DynamoDbStreamsClient streams, String arn) {
        int records = 0;
        for (Shard shard : streams.describeStream(request -> request.streamArn(arn))
                .streamDescription()
                .shards()) {
            try {
                String iterator = streams.getShardIterator(request -> request.streamArn(arn)
                                .shardId(shard.shardId())
                                .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                        .shardIterator();
                records += streams.getRecords(request -> request.shardIterator(iterator))
                        .records()
                        .size();
            } catch (TrimmedDataAccessException | ResourceNotFoundException e) {
                // Nothing is left of this one.
            }
        }
        return records;
    }

    /** A delete that only the lost records told of, of an item that came from another region, takes an operator's command. */
    private void repairWhatOnlyTheGapKnew(String table) {
        URI second = nodes.get(1).admin();
        URI third = nodes.get(2).admin();
        await().atMost(ThreeRegions.PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    Said said = ThreeRegions.operate(
                            nodes.get(0),
                            "repair",
                            "--table",
                            table,
                            "--pause",
                            "1",
                            "--with",
                            second.toString(),
                            "--with",
                            third.toString());
                    assertThat(said.text()).as("seed %d", seed).contains("is equal");
                });
    }

    private void awaitEqual(ThreeRegions regions, String table) {
        await().atMost(ThreeRegions.PATIENCE).untilAsserted(() -> {
            Map<String, Map<String, AttributeValue>> first = unmarked(Tables.scan(regions.direct(0), table));
            assertThat(first.values())
                    .as("seed %d", seed)
                    .isNotEmpty()
                    .allSatisfy(item -> assertThat(item).containsKey(Version.ATTRIBUTE));
            for (int region = 1; region < ThreeRegions.COUNT; region++) {
                assertThat(unmarked(Tables.scan(regions.direct(region), table)))
                        .as("seed %d, region %d", seed, region)
                        .isEqualTo(first);
            }
        });
    }

    /** The items with their versions, without what tells single writes of appliers apart. */
    private static Map<String, Map<String, AttributeValue>> unmarked(Map<String, Map<String, AttributeValue>> items) {
        Map<String, Map<String, AttributeValue>> unmarked = new HashMap<>();
        items.forEach((id, item) -> {
            Map<String, AttributeValue> plain = new HashMap<>(item);
            plain.computeIfPresent(
                    Version.ATTRIBUTE,
                    (name, value) -> AttributeValue.fromS(version(item).toString()));
            unmarked.put(id, plain);
        });
        return unmarked;
    }

    /** Captured = applied + superseded + parked: each captured version stands, or a higher one does, and nothing is parked or open. */
    private void assertBooksBalance(ThreeRegions regions, String table) {
        ChangeBooks books = new ChangeBooks(regions.kafka().bootstrapServers(), table);
        await().atMost(ThreeRegions.PATIENCE)
                .untilAsserted(
                        () -> assertThat(books.open()).as("seed %d", seed).isZero());
        Set<Captured> captured = books.captured();
        Map<String, Map<String, AttributeValue>> items = Tables.scan(regions.direct(0), table);
        int applied = 0;
        int superseded = 0;
        for (Captured change : captured) {
            Map<String, AttributeValue> item = items.get(change.id());
            if (item != null) {
                assertThat(version(item).compareTo(change.version()))
                        .as("seed %d: %s is in the log above what stands", seed, change)
                        .isGreaterThanOrEqualTo(0);
            }
            boolean stands = item == null
                    ? isLastDelete(change, captured)
                    : version(item).equals(change.version());
            applied += stands ? 1 : 0;
            superseded += stands ? 0 : 1;
        }
        System.out.println(captured.size() + " versions captured: " + applied + " stand everywhere, " + superseded
                + " are superseded, none is parked");
        assertThat(captured.stream().map(Captured::id).distinct().count())
                .as("seed %d: of each key one version stands", seed)
                .isEqualTo(applied);
        nodes.forEach(node -> assertThat(node.page("/metrics"))
                .as("seed %d", seed)
                .containsPattern("nearside_replicator_parked_keys(\\{[^}]*})? 0"));
    }

    private static boolean isLastDelete(Captured change, Set<Captured> captured) {
        return captured.stream()
                .filter(other -> other.id().equals(change.id()))
                .noneMatch(other -> other.version().isAbove(change.version()));
    }

    private static Version version(Map<String, AttributeValue> item) {
        return Objects.requireNonNull(Stamp.ofBytes(
                        Objects.requireNonNull(item.get(Version.ATTRIBUTE)).b().asByteArray()))
                .version();
    }

    private void assertLastWriterWins(ThreeRegions regions, String table) {
        for (int region = 0; region < ThreeRegions.COUNT; region++) {
            String value = "last of " + region;
            regions.direct(region).putItem(request -> request.tableName(table).item(Tables.item("k0", value)));
            for (int reader = 0; reader < ThreeRegions.COUNT; reader++) {
                var there = regions.direct(reader);
                await().atMost(ThreeRegions.PATIENCE)
                        .untilAsserted(() -> assertThat(Tables.value(there, table, "k0"))
                                .as("seed %d", seed)
                                .isEqualTo(value));
            }
        }
    }
}
