package io.nearside.replicator.table;

import io.nearside.conflict.AttributeVersions;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.version.Version;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;

/** A region of DynamoDB Local with its tombstone table, and tables made as tests need them. */
public final class RegionFixture implements AutoCloseable {

    public static final KeySchema SCHEMA =
            new KeySchema(new KeyAttribute("id", KeyType.S), new KeyAttribute("at", KeyType.N));

    /** What the region's appliers mark their writes with. */
    public static final int REGION_ID = 1;

    private final DynamoDbClient client;
    private final DynamoTombstones tombstones;

    /** @param index which region of {@link EmbeddedDynamoDb#shared()} */
    public RegionFixture(int index) {
        this.client = DynamoDbClient.builder()
                .endpointOverride(EmbeddedDynamoDb.shared().endpoint(index))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClient(Apache5HttpClient.create())
                .build();
        String table = "nearside-tombstones-" + UUID.randomUUID();
        TombstoneTable.ensure(client, table);
        this.tombstones = new DynamoTombstones(client, table, Duration.ofDays(10), InstantSource.system(), () -> {});
    }

    public DynamoDbClient client() {
        return client;
    }

    public DynamoTombstones tombstones() {
        return tombstones;
    }

    /** A table of its own name with the key {@link #SCHEMA}. */
    public DynamoVersionedTable table() {
        return table("t-" + UUID.randomUUID());
    }

    public DynamoVersionedTable table(String name) {
        client.createTable(request -> request.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                        AttributeDefinition.builder()
                                .attributeName("id")
                                .attributeType("S")
                                .build(),
                        AttributeDefinition.builder()
                                .attributeName("at")
                                .attributeType("N")
                                .build())
                .keySchema(
                        KeySchemaElement.builder()
                                .attributeName("id")
                                .keyType("HASH")
                                .build(),
                        KeySchemaElement.builder()
                                .attributeName("at")
                                .keyType("RANGE")
                                .build()));
        return new DynamoVersionedTable(client, new AppliedWrites(client, REGION_ID), name, SCHEMA, Version.ATTRIBUTE);
    }

    public static Item keyAttributes(String id) {
        return new Item(Map.of("id", new AttributeValue.S(id), "at", new AttributeValue.N("1")));
    }

    public static ItemKey key(String id) {
        return ItemKey.of(SCHEMA, keyAttributes(id));
    }

    public static Item item(String id, String value) {
        return keyAttributes(id).with("value", new AttributeValue.S(value));
    }

    /** Writes as an application would that knows nothing of versions. */
    public void writeDirectly(VersionedTable table, Item item) {
        client.putItem(request -> request.tableName(table.name()).item(AttributeValues.toSdk(item)));
    }

    /** Writes whatever into the version attribute of an item. */
    public void scribble(
            VersionedTable table, Item item, software.amazon.awssdk.services.dynamodb.model.AttributeValue version) {
        var sdk = AttributeValues.toSdk(item);
        sdk.put(Version.ATTRIBUTE, version);
        client.putItem(request -> request.tableName(table.name()).item(sdk));
    }

    /** The item and its versions, without what tells single writes of appliers apart. */
    public static @Nullable StoredItem unmarked(@Nullable StoredItem stored) {
        AttributeVersions versions = stored == null ? null : stored.versions();
        return stored == null || versions == null ? stored : StoredItem.merging(stored.item(), versions, 0);
    }

    public static @Nullable String value(@Nullable StoredItem stored) {
        return stored != null && stored.item().get("value") instanceof AttributeValue.S value ? value.value() : null;
    }

    @Override
    public void close() {
        client.close();
    }
}
