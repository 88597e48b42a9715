package io.nearside.local.embedded;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class EmbeddedDynamoDbIT {
    private static final String KEY_NAME = "k";
    private static final Map<String, AttributeValue> KEY = Map.of(KEY_NAME, AttributeValue.fromS("k"));

    private final String table = "embedded-" + UUID.randomUUID();

    @Test
    void regions_ofOneInstance_areSeparateDatabases() {
        EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.shared();
        try (DynamoDbClient first = client(dynamoDb, 0, "one");
                DynamoDbClient second = client(dynamoDb, 1, "one")) {
            createTable(first);

            assertThat(first.listTables().tableNames()).contains(table);
            assertThat(second.listTables().tableNames()).doesNotContain(table);
        }
    }

    @Test
    void tables_ofARegion_areTheSameForAnyCredentials() {
        EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.shared();
        try (DynamoDbClient one = client(dynamoDb, 0, "one");
                DynamoDbClient other = client(dynamoDb, 0, "other")) {
            createTable(one);

            assertThat(other.listTables().tableNames()).contains(table);
        }
    }

    @Test
    void writes_ofAnyKind_areToldToTheListener_readsAreNot() {
        Set<String> heard = ConcurrentHashMap.newKeySet();
        try (EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.start(2);
                DynamoDbClient client = client(dynamoDb, 1, "one")) {
            dynamoDb.tell(new Heard(heard));
            createTable(client);
            await().untilAsserted(() -> assertThat(heard).containsExactly("tables 1"));
            heard.clear();

            client.scan(request -> request.tableName(table));
            client.getItem(request -> request.tableName(table).key(KEY));
            client.describeTable(request -> request.tableName(table));
            client.putItem(request -> request.tableName(table).item(KEY));
            await().untilAsserted(() -> assertThat(heard).containsExactly("written 1 [" + table + "]"));
            heard.clear();

            // Which tables a statement writes is not looked into.
            client.executeStatement(
                    request -> request.statement("DELETE FROM \"" + table + "\" WHERE \"" + KEY_NAME + "\" = 'k'"));
            await().untilAsserted(() -> assertThat(heard).containsExactly("written 1 []"));
        }
    }

    private record Heard(Set<String> all) implements WriteListener {
        @Override
        public void written(int region, Set<String> tables) {
            all.add("written " + region + " " + tables);
        }

        @Override
        public void tablesChanged(int region) {
            all.add("tables " + region);
        }
    }

    @Test
    void rollOverShards_ofAStream_closesTheShardAndOpensItsChild() {
        EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.shared();
        try (DynamoDbClient client = client(dynamoDb, 2, "one");
                DynamoDbStreamsClient streams = streams(dynamoDb, 2)) {
            String arn = createTable(client);
            String parent = shards(streams, arn).get(0).shardId();

            dynamoDb.rollOverShards(2);

            assertThat(shards(streams, arn))
                    .anySatisfy(shard -> assertThat(shard.parentShardId()).isEqualTo(parent));
        }
    }

    @Test
    void dilateEventTimes_beyondTheLifeOfAShard_closesIt() {
        EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.shared();
        try (DynamoDbClient client = client(dynamoDb, 2, "one");
                DynamoDbStreamsClient streams = streams(dynamoDb, 2)) {
            String arn = createTable(client);
            String shard = shards(streams, arn).get(0).shardId();

            dynamoDb.dilateEventTimes(2, Duration.ofHours(5));

            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(shards(streams, arn))
                            .anySatisfy(
                                    child -> assertThat(child.parentShardId()).isEqualTo(shard)));
        }
    }

    @Test
    void endpoint_fromAnotherInterface_isNotReachable() throws Exception {
        int port = EmbeddedDynamoDb.shared().endpoint(0).getPort();

        List<InetAddress> outside = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress())
                .toList();

        assertThat(outside)
                .allSatisfy(address -> assertThatThrownBy(() -> new Socket(address, port).close())
                        .isInstanceOf(java.io.IOException.class));
    }

    @Test
    void start_onAUsedPort_namesThePort() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var region = new EmbeddedDynamoDb.Region("here", taken.getLocalPort());

            assertThatThrownBy(() -> EmbeddedDynamoDb.start(List.of(region), null))
                    .isInstanceOf(PortInUseException.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
        }
    }

    @Test
    void tables_inADirectory_surviveARestart(@TempDir Path directory) {
        List<EmbeddedDynamoDb.Region> regions = List.of(new EmbeddedDynamoDb.Region("here", 0));
        try (EmbeddedDynamoDb before = EmbeddedDynamoDb.start(regions, directory);
                DynamoDbClient client = client(before, 0, "one")) {
            createTable(client);
        }

        try (EmbeddedDynamoDb after = EmbeddedDynamoDb.start(regions, directory);
                DynamoDbClient client = client(after, 0, "one")) {
            assertThat(client.listTables().tableNames()).containsExactly(table);
        }
    }

    @Test
    void close_ofAnInstance_endsTheChild() {
        EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.start(1);
        assertThat(dynamoDb.isAlive()).isTrue();

        dynamoDb.close();

        assertThat(dynamoDb.isAlive()).isFalse();
    }

    private String createTable(DynamoDbClient client) {
        return client.createTable(request -> request.tableName(table)
                        .attributeDefinitions(AttributeDefinition.builder()
                                .attributeName("k")
                                .attributeType(ScalarAttributeType.S)
                                .build())
                        .keySchema(KeySchemaElement.builder()
                                .attributeName("k")
                                .keyType(KeyType.HASH)
                                .build())
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .streamSpecification(StreamSpecification.builder()
                                .streamEnabled(true)
                                .streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)
                                .build()))
                .tableDescription()
                .latestStreamArn();
    }

    private static List<Shard> shards(DynamoDbStreamsClient streams, String arn) {
        return streams.describeStream(request -> request.streamArn(arn))
                .streamDescription()
                .shards();
    }

    private static DynamoDbClient client(EmbeddedDynamoDb dynamoDb, int region, String accessKey) {
        return DynamoDbClient.builder()
                .endpointOverride(dynamoDb.endpoint(region))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, "secret")))
                .build();
    }

    private static DynamoDbStreamsClient streams(EmbeddedDynamoDb dynamoDb, int region) {
        return DynamoDbStreamsClient.builder()
                .endpointOverride(dynamoDb.endpoint(region))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("one", "secret")))
                .build();
    }
}
