package io.nearside.replicator.publish;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nearside.change.Change;
import io.nearside.change.ChangeCodec;
import io.nearside.change.Invalidation;
import io.nearside.change.InvalidationCodec;
import io.nearside.change.MalformedRecordException;
import io.nearside.change.Topics;
import io.nearside.item.AttributeValue;
import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.replicator.capture.CaptureSettings;
import io.nearside.replicator.capture.CaptureStatus;
import io.nearside.replicator.capture.TailSettings;
import io.nearside.replicator.kafka.KafkaCluster;
import io.nearside.replicator.metrics.Metric;
import io.nearside.replicator.metrics.ReplicatorMetrics;
import io.nearside.replicator.table.AppliedWrites;
import io.nearside.replicator.table.AttributeValues;
import io.nearside.replicator.table.CapacityBudget;
import io.nearside.replicator.table.DynamoTombstones;
import io.nearside.replicator.table.DynamoVersionedTable;
import io.nearside.replicator.table.TableDiscovery;
import io.nearside.replicator.table.TombstoneTable;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import io.nearside.version.VersionClock;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** One region of real parts for one test: a table of its own, a region name of its own, and any number of capturing processes. */
final class CaptureFixture implements AutoCloseable {

    static final int REGION_ID = 1;
    static final String DELETED = "(deleted)";
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final String region = "test-" + UUID.randomUUID().toString().substring(0, 8);
    final String table = "T" + UUID.randomUUID().toString().substring(0, 8);
    final DynamoDbClient client;
    final DynamoDbStreamsClient streams;
    final KafkaCluster cluster;
    private final EmbeddedDynamoDb dynamoDb;
    private final int index;
    private final String tombstones = "nearside-tombstones-" + region;
    private final List<Node> running = new ArrayList<>();
    private int writers;

    /** @param index which of the shared instance's regions: tests that age records have one of their own */
    CaptureFixture(EmbeddedDynamoDb dynamoDb, int index, String bootstrapServers) {
        this.dynamoDb = dynamoDb;
        this.index = index;
        this.client = client(dynamoDb.endpoint(index));
        this.streams = streams(dynamoDb.endpoint(index));
        this.cluster = new KafkaCluster(bootstrapServers, Map.of());
        TombstoneTable.ensure(client, tombstones);
    }

    static CaptureFixture shared() {
        return new CaptureFixture(
                EmbeddedDynamoDb.shared(), 0, EmbeddedKafka.shared().bootstrapServers());
    }

    static DynamoDbClient client(URI endpoint) {
        return DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("one", "secret")))
                .build();
    }

    private static DynamoDbStreamsClient streams(URI endpoint) {
        return DynamoDbStreamsClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("one", "secret")))
                .build();
    }

    /** Creates the table, with or without a stream. */
    CaptureFixture createTable(boolean withStream) {
        client.createTable(request -> {
            request.tableName(table)
                    .attributeDefinitions(AttributeDefinition.builder()
                            .attributeName("id")
                            .attributeType(ScalarAttributeType.S)
                            .build())
                    .keySchema(KeySchemaElement.builder()
                            .attributeName("id")
                            .keyType(KeyType.HASH)
                            .build())
                    .billingMode(BillingMode.PAY_PER_REQUEST);
            if (withStream) {
                request.streamSpecification(stream(true));
            }
        });
        return this;
    }

    void switchStream(boolean on) {
        client.updateTable(request -> request.tableName(table).streamSpecification(stream(on)));
    }

    private static StreamSpecification stream(boolean on) {
        StreamSpecification.Builder stream = StreamSpecification.builder().streamEnabled(on);
        return on ? stream.streamViewType(StreamViewType.NEW_AND_OLD_IMAGES).build() : stream.build();
    }

    /** A process that captures the region; the fixture stops it at its end. */
    Node startNode() {
        return startNode(true);
    }

    /** One that publishes changes for other regions, or only tells the caches. */
    Node startNode(boolean publishes) {
        Node process = new Node(publishes);
        running.add(process);
        return process;
    }

    void put(String id, String value) {
        client.putItem(request -> request.tableName(table)
                .item(Map.of(
                        "id", software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS(id),
                        "value", software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS(value))));
    }

    void delete(String id) {
        client.deleteItem(request -> request.tableName(table)
                .key(Map.of("id", software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS(id))));
    }

    void rollOverShards() {
        dynamoDb.rollOverShards(index);
    }

    void age(Duration by) {
        dynamoDb.dilateEventTimes(index, by);
    }

    /** Waits until the stream no longer gives the first records of the shard it began with, or that shard is gone. */
    void awaitTrimmed() {
        String arn = client.describeTable(request -> request.tableName(table))
                .table()
                .latestStreamArn();
        await().atMost(PATIENCE).until(() -> records(arn) == 0);
    }

    private int records(String arn) {
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
                // Nothing to be had from this one.
            }
        }
        return records;
    }

    /** Every change that was published, from the beginning. */
    List<Change> changes() {
        return all(Topics.changes(region, table), record -> ChangeCodec.decode(record.value()));
    }

    /** The newest published change per id. */
    Map<String, Change> newest() {
        Map<String, Change> newest = new HashMap<>();
        for (Change change : changes()) {
            newest.merge(id(change), change, (a, b) -> a.version().isAbove(b.version()) ? a : b);
        }
        return newest;
    }

    /** What a reader of the log would have: value by id, {@code (deleted)} for what is gone. */
    Map<String, String> logged() {
        Map<String, String> values = new HashMap<>();
        newest().forEach((id, change) -> values.put(id, change.image() == null ? DELETED : value(change)));
        return values;
    }

    /** The newest version in the log per id, deletions left out. */
    Map<String, Version> loggedVersions() {
        Map<String, Version> versions = new HashMap<>();
        newest().forEach((id, change) -> {
            if (change.image() != null) {
                versions.put(id, change.version());
            }
        });
        return versions;
    }

    /** The versions on the items of the table; fails while one has none. */
    Map<String, Version> storedVersions() {
        Map<String, Version> versions = new HashMap<>();
        client.scanPaginator(request -> request.tableName(table).consistentRead(true))
                .items()
                .forEach(item -> {
                    Stamp stamp = AttributeValues.stamp(item.get(Version.ATTRIBUTE));
                    if (stamp == null) {
                        throw new AssertionError("an item is unstamped");
                    }
                    versions.put(Objects.requireNonNull(item.get("id")).s(), stamp.version());
                });
        return versions;
    }

    /** An item as it is stored. */
    Map<String, software.amazon.awssdk.services.dynamodb.model.AttributeValue> item(String id) {
        return client.getItem(request -> request.tableName(table)
                        .key(Map.of("id", software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS(id)))
                        .consistentRead(true))
                .item();
    }

    boolean hasTopic(String topic) {
        try (Consumer<byte[], byte[]> consumer = cluster.consumer(Map.of())) {
            return consumer.listTopics().containsKey(topic);
        }
    }

    /** Waits until a reader of the log would have exactly this, in the versions that the table has. */
    void awaitLogged(Map<String, String> expected) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(logged()).as(this::describe).isEqualTo(expected);
            assertThat(loggedVersions()).isEqualTo(storedVersions());
        });
    }

    private String describe() {
        return running.stream()
                .map(node -> node.capture.status() + " " + node.failure())
                .collect(Collectors.joining("\n"));
    }

    List<Invalidation> invalidations() {
        return all(Topics.invalidations(region), record -> InvalidationCodec.decode(record.value()));
    }

    static String id(Change change) {
        return ((AttributeValue.S) Objects.requireNonNull(change.keyAttributes().get("id"))).value();
    }

    static String value(Change change) {
        return ((AttributeValue.S) Objects.requireNonNull(
                        Objects.requireNonNull(change.image()).get("value")))
                .value();
    }

    <T> List<T> all(String topic, Reader<T> reader) {
        List<T> records = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = cluster.consumer(Map.of())) {
            if (!consumer.listTopics().containsKey(topic)) {
                return records;
            }
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(50)).forEach(record -> records.add(read(reader, record)));
            }
        }
        return records;
    }

    /** Reads one record. */
    interface Reader<T> {
        T read(ConsumerRecord<byte[], byte[]> record) throws MalformedRecordException;
    }

    private static <T> T read(Reader<T> reader, ConsumerRecord<byte[], byte[]> record) {
        try {
            return reader.read(record);
        } catch (MalformedRecordException e) {
            throw new AssertionError("a published record cannot be read", e);
        }
    }

    /** Stops what was started, and drops the table. */
    @Override
    public void close() {
        running.forEach(Node::close);
        client.close();
        streams.close();
    }

    /** One capturing process. */
    final class Node implements AutoCloseable {
        private final TableDiscovery discovery;
        private final RegionCapture capture;
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        private boolean closed;

        private Node(boolean publishes) {
            discovery = new TableDiscovery(client, table::equals, false, Duration.ofMillis(200));
            VersionClock clock = new VersionClock(InstantSource.system(), REGION_ID, ++writers, Duration.ofSeconds(60));
            TailSettings tail = new TailSettings(
                    Duration.ofMillis(20),
                    Duration.ofMillis(20),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(200),
                    2_000,
                    Duration.ofSeconds(1));
            capture = new RegionCapture(
                    region,
                    region + "-" + writers,
                    cluster,
                    new TopicSettings(2, 1, 8, (short) -1, Duration.ofDays(7)),
                    new RegionCapture.Store(
                            client,
                            streams,
                            discovery,
                            info -> Change.FIRST_INCARNATION,
                            info -> new DynamoVersionedTable(
                                    client,
                                    new AppliedWrites(client, REGION_ID),
                                    info.name(),
                                    info.keySchema(),
                                    Version.ATTRIBUTE),
                            any -> CapacityBudget.UNLIMITED,
                            new DynamoTombstones(
                                    client, tombstones, Duration.ofDays(10), InstantSource.system(), () -> {}),
                            clock),
                    CaptureSettings.of("node-" + writers, Version.ATTRIBUTE, tail, publishes),
                    new ReplicatorMetrics(meters),
                    InstantSource.system());
            discovery.start();
            capture.start();
        }

        /** The table's status; null while this process does not capture it. */
        @Nullable CaptureStatus status() {
            return capture.status().stream()
                    .filter(status -> status.table().equals(table))
                    .findFirst()
                    .orElse(null);
        }

        @Nullable String failure() {
            return capture.failure();
        }

        /** The sum of a counter's series. */
        double count(Metric metric) {
            return meters.getMeters().stream()
                    .filter(meter ->
                            metric.name().startsWith(meter.getId().getName().replace('.', '_')))
                    .flatMap(meter -> StreamSupport.stream(meter.measure().spliterator(), false))
                    .mapToDouble(Measurement::getValue)
                    .sum();
        }

        Node awaitState(CaptureStatus.State state) {
            await().atMost(PATIENCE).until(() -> status() != null && status().state() == state);
            return this;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                int abandoned = capture.abandoned();
                capture.close();
                discovery.close();
                assertThat(abandoned).as("records that nobody works on").isZero();
            }
        }
    }
}
