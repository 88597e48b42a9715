package io.nearside.replicator;

import io.nearside.config.ConfigLoader;
import io.nearside.conflict.AttributeVersions;
import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.replicator.config.ReplicatorConfig;
import io.nearside.version.Version;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two regions with a replicator each, in this JVM: DynamoDB Local and Kafka are shared by all tests, names are this one's own.
 *
 * <p>Applications write to DynamoDB directly here, as the ones do that know nothing of proxies.
 */
final class TwoRegions implements AutoCloseable {

    static final Duration SOON = Duration.ofMinutes(1);

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String id = UUID.randomUUID().toString().substring(0, 8);
    private final List<DynamoDbClient> clients = List.of(client(0), client(1));
    private String more = "";
    private final @Nullable Replicator[] replicators = new Replicator[2];

    private static DynamoDbClient client(int region) {
        return DynamoDbClient.builder()
                .endpointOverride(EmbeddedDynamoDb.shared().endpoint(region))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClient(Apache5HttpClient.create())
                .build();
    }

    /** Two regions of which each follows the other's deletions of tables. */
    static TwoRegions followingDeletions() {
        TwoRegions regions = new TwoRegions();
        regions.more = "tables-delete-removed: true\n";
        return regions;
    }

    TwoRegions start() {
        start(0);
        start(1);
        awaitReady();
        return this;
    }

    void start(int region) {
        String yaml = (yaml(region) + more)
                .replace(
                        "tables:\n",
                        "tables:\n  - " + partial(region) + "\n  - {name: \"" + id
                                + "-merging*\", resolver: attribute-merge}\n");
        replicators[region] = Replicator.start(ConfigLoader.parse(yaml, ReplicatorConfig.class, Map.of()));
    }

    void stop(int region) {
        Replicator replicator = replicators[region];
        replicators[region] = null;
        if (replicator != null) {
            int abandoned = replicator.abandoned();
            replicator.close();
            assertThat(abandoned)
                    .as("records of region %d that nobody works on", region)
                    .isZero();
        }
    }

    void awaitReady() {
        for (int region = 0; region < 2; region++) {
            int asked = region;
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                HttpResponse<String> ready = get(asked, "/health/ready");
                assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
            });
        }
    }

    String name(int region) {
        return "r" + region + "-" + id;
    }

    String yaml(int region) {
        return """
                service: replicator
                region: %s
                region-id: %d
                dynamodb:
                  endpoint: %s
                  credentials:
                    provider: static
                    access-key-id: test
                    secret-access-key: test
                kafka:
                  bootstrap-servers: %s
                admin:
                  port: 0
                  actions-enabled: true
                tables:
                  - name: "%s-*"
                streams:
                  enable: true
                tables-create-missing: true
                capture:
                  poll-interval: 75ms
                  discovery-interval: 200ms
                tombstones:
                  table: nearside-tombstones-%s
                peers:
                  - region: %s
                    region-id: %d
                """.formatted(
                        name(region),
                        region + 1,
                        EmbeddedDynamoDb.shared().endpoint(region),
                        EmbeddedKafka.shared().bootstrapServers(),
                        id,
                        id,
                        name(1 - region),
                        2 - region);
    }

    /** A table that has another name in region 1, and there takes in only some items. */
    private String partial(int region) {
        return region == 0
                ? "{name: %s-part, names: {%s: %s-part-there}}".formatted(id, name(1), id)
                : "{name: %s-part-there, names: {%s: %s-part}, filter: {attribute: value, value: wanted}}"
                        .formatted(id, name(0), id);
    }

    /** The admin page of a region's replicator. */
    HttpResponse<String> get(int region, String path) {
        return send(HttpRequest.newBuilder(admin(region).resolve(path)).build());
    }

    /** Asks for an action as those must who mean it. */
    HttpResponse<String> post(int region, String path) {
        return send(HttpRequest.newBuilder(admin(region).resolve(path))
                .header("x-nearside-action", path.replaceFirst("/api/", "").replaceFirst("\\?.*", ""))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    URI admin(int region) {
        Replicator replicator = replicators[region];
        assertThat(replicator).as("replicator of region %d", region).isNotNull();
        return URI.create("http://127.0.0.1:" + replicator.adminPort());
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Has a region's memory say that an id is spent, as it does after that id was left out for long. */
    void spend(int region, int regionId) {
        dynamoDb(region)
                .updateItem(request -> request.tableName("nearside-tombstones-" + id)
                        .key(Map.of("k", AttributeValue.fromB(SdkBytes.fromUtf8String("nearside/regions"))))
                        .updateExpression("SET retired = :spent")
                        .expressionAttributeValues(
                                Map.of(":spent", AttributeValue.fromSs(List.of(String.valueOf(regionId))))));
    }

    DynamoDbClient dynamoDb(int region) {
        return clients.get(region);
    }

    /** Creates a table with partition key {@code id} in one region, without a stream. */
    String createTable(int region, String suffix) {
        return createTable(region, suffix, request -> {});
    }

    /** Creates a table with partition key {@code id} and what else it shall have in one region, without a stream. */
    String createTable(int region, String suffix, Consumer<CreateTableRequest.Builder> more) {
        String table = id + "-" + suffix;
        dynamoDb(region).createTable(request -> {
            request.tableName(table)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(AttributeDefinition.builder()
                            .attributeName("id")
                            .attributeType("S")
                            .build())
                    .keySchema(KeySchemaElement.builder()
                            .attributeName("id")
                            .keyType("HASH")
                            .build());
            more.accept(request);
        });
        return table;
    }

    String tablePrefix() {
        return id + "-";
    }

    String tombstoneTable() {
        return "nearside-tombstones-" + id;
    }

    /** Creates a table in one region and waits until the other has it. */
    String replicatedTable(String suffix) {
        String table = createTable(0, suffix);
        await().atMost(SOON).until(() -> dynamoDb(1).listTables().tableNames().contains(table));
        return table;
    }

    void put(int region, String table, String id, String value) {
        dynamoDb(region)
                .putItem(request -> request.tableName(table)
                        .item(Map.of("id", AttributeValue.fromS(id), "value", AttributeValue.fromS(value))));
    }

    void delete(int region, String table, String id) {
        dynamoDb(region).deleteItem(request -> request.tableName(table).key(Map.of("id", AttributeValue.fromS(id))));
    }

    @Nullable String value(int region, String table, String id) {
        AttributeValue value = item(region, table, id).get("value");
        return value == null ? null : value.s();
    }

    Map<String, AttributeValue> item(int region, String table, String id) {
        return dynamoDb(region)
                .getItem(request -> request.tableName(table)
                        .key(Map.of("id", AttributeValue.fromS(id)))
                        .consistentRead(true))
                .item();
    }

    /** Every item of a table by its id, versions included. */
    Map<String, Map<String, AttributeValue>> items(int region, String table) {
        Map<String, Map<String, AttributeValue>> items = new HashMap<>();
        dynamoDb(region)
                .scanPaginator(request -> request.tableName(table).consistentRead(true))
                .items()
                .forEach(
                        item -> items.put(Objects.requireNonNull(item.get("id")).s(), item));
        return items;
    }

    /** Waits until both regions hold the same items with the same versions, each of them stamped. */
    void awaitEqual(String table) {
        await().atMost(SOON).untilAsserted(() -> {
            Map<String, Map<String, AttributeValue>> first = unmarked(items(0, table));
            assertThat(first).isEqualTo(unmarked(items(1, table)));
            assertThat(first.values()).allSatisfy(item -> assertThat(item).containsKey(Version.ATTRIBUTE));
        });
    }

    /** The items with their versions, without what tells single writes of appliers apart. */
    static Map<String, Map<String, AttributeValue>> unmarked(Map<String, Map<String, AttributeValue>> items) {
        Map<String, Map<String, AttributeValue>> unmarked = new HashMap<>();
        items.forEach((id, item) -> {
            Map<String, AttributeValue> plain = new HashMap<>(item);
            plain.computeIfPresent(Version.ATTRIBUTE, (name, value) -> AttributeValue.fromS(version(value)));
            unmarked.put(id, plain);
        });
        return unmarked;
    }

    private static String version(AttributeValue value) {
        AttributeVersions versions = AttributeVersions.ofBytes(value.b().asByteArray());
        return versions == null ? value.toString() : versions.toString();
    }

    /** The value of a metric without labels or with exactly these, as the scrape shows it; 0 if it is not there. */
    double metric(int region, String series) {
        return get(region, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .sum();
    }

    @Override
    public void close() {
        stop(0);
        stop(1);
        clients.forEach(DynamoDbClient::close);
    }
}
