package io.nearside.local;

import io.nearside.proxy.ProxyServer;
import io.nearside.proxy.config.ProxyConfig;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An item that three proxies of a region hold in memory, with the pages of queries on its table and indexes that show it, is
 * overwritten in every way there is: each of the proxies sees that in every answer.
 */
@ExtendWith(SharedStack.class)
class OverwritesIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int PROXIES = 3;

    private static final List<ProxyServer> PROXIES_OF_THE_FIRST_REGION = new ArrayList<>();
    private static final List<DynamoDbClient> CLIENTS = new ArrayList<>();
    private static final String TABLE = Tables.freshName();

    private static DynamoDbClient direct;
    private static DynamoDbClient otherRegion;

    /** How the item is written, and through which of the proxies; -1 for none of them. */
    private enum Way {
        PUT(0),
        UPDATE(1),
        PUT_ELSEWHERE(2),
        TRANSACTION(0),
        BATCH(1),
        STATEMENT(2),
        DIRECTLY(-1),
        OTHER_REGION(-1);

        private final int proxy;

        Way(int proxy) {
            this.proxy = proxy;
        }

        DynamoDbClient client() {
            return proxy >= 0 ? CLIENTS.get(proxy) : this == DIRECTLY ? direct : otherRegion;
        }
    }

    /** What shows the item. */
    private enum Read {
        ITEM,
        TABLE,
        LOCAL_INDEX,
        GLOBAL_INDEX
    }

    /**
     * @param value of the item's attribute {@code v}; empty where the item is not shown
     * @param cache the header {@code x-nearside-cache}
     */
    private record Seen(String value, String cache) {
        boolean isHit() {
            return cache.startsWith("hit");
        }
    }

    @BeforeAll
    static void start() {
        LocalRegion region = SharedStack.region(0);
        direct = Clients.sync(region.dynamoDb());
        otherRegion = Clients.sync(SharedStack.region(1).endpoint());
        for (int i = 0; i < PROXIES; i++) {
            ProxyServer proxy = ProxyServer.start(LocalStack.parse(config(region), ProxyConfig.class));
            PROXIES_OF_THE_FIRST_REGION.add(proxy);
            CLIENTS.add(Clients.sync(URI.create("http://127.0.0.1:" + proxy.dataPort())));
        }
        CLIENTS.get(0).createTable(definition());
        Tables.awaitExistence(otherRegion, TABLE);
        CLIENTS.get(0).putItem(put -> put.tableName(TABLE).item(item("none yet")));
    }

    @AfterAll
    static void stop() {
        Tables.delete(TABLE, CLIENTS.get(0), otherRegion);
        direct.close();
        otherRegion.close();
        CLIENTS.forEach(DynamoDbClient::close);
        PROXIES_OF_THE_FIRST_REGION.forEach(ProxyServer::close);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void overwrite_isSeenInEveryAnswer_ofEveryProxy(Way way) {
        // DynamoDB's own copies agree, so that the new write is the last one in both regions.
        String before = value(direct);
        await().atMost(SOON).until(() -> value(otherRegion).equals(before));
        // The stream may announce the write before at any time, and empty the memory again.
        await().atMost(SOON).until(() -> everyAnswer().stream().allMatch(Seen::isHit));

        write(way, way.name());

        if (way.proxy >= 0) {
            assertThat(read(way.client(), Read.ITEM).value()).isEqualTo(way.name());
            assertThat(read(way.client(), Read.TABLE).value()).isEqualTo(way.name());
            assertThat(read(way.client(), Read.LOCAL_INDEX).value()).isEqualTo(way.name());
        }
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(everyAnswer()).extracting(Seen::value).containsOnly(way.name()));
    }

    private static void write(Way way, String value) {
        DynamoDbClient client = way.client();
        switch (way) {
            case PUT, PUT_ELSEWHERE, DIRECTLY, OTHER_REGION ->
                client.putItem(put -> put.tableName(TABLE).item(item(value)));
            case UPDATE ->
                client.updateItem(update -> update.tableName(TABLE)
                        .key(key())
                        .updateExpression("SET v = :v")
                        .expressionAttributeValues(Map.of(":v", AttributeValue.fromS(value))));
            case TRANSACTION ->
                client.transactWriteItems(transaction -> transaction.transactItems(TransactWriteItem.builder()
                        .put(put -> put.tableName(TABLE).item(item(value)))
                        .build()));
            case BATCH -> {
                WriteRequest write = WriteRequest.builder()
                        .putRequest(put -> put.item(item(value)))
                        .build();
                client.batchWriteItem(batch -> batch.requestItems(Map.of(TABLE, List.of(write))));
            }
            case STATEMENT -> {
                String statement = "UPDATE \"" + TABLE + "\" SET v = '" + value + "' WHERE pk = 'p' AND sk = 's'";
                client.executeStatement(execute -> execute.statement(statement));
            }
        }
    }

    private static List<Seen> everyAnswer() {
        List<Seen> answers = new ArrayList<>();
        for (DynamoDbClient client : CLIENTS) {
            for (Read read : Read.values()) {
                answers.add(read(client, read));
            }
        }
        return answers;
    }

    private static Seen read(DynamoDbClient client, Read read) {
        return switch (read) {
            case ITEM -> {
                GetItemResponse response =
                        client.getItem(get -> get.tableName(TABLE).key(key()));
                yield new Seen(Tables.text(response.item(), "v"), cache(response));
            }
            case TABLE -> query(client, null, "pk", "p");
            case LOCAL_INDEX -> query(client, "by-l", "pk", "p");
            case GLOBAL_INDEX -> query(client, "by-g", "g", "G");
        };
    }

    private static Seen query(DynamoDbClient client, @Nullable String index, String attribute, String value) {
        QueryResponse response = client.query(query -> query.tableName(TABLE)
                .indexName(index)
                .keyConditionExpression(attribute + " = :p")
                .expressionAttributeValues(Map.of(":p", AttributeValue.fromS(value))));
        String shown =
                response.items().stream().map(item -> Tables.text(item, "v")).collect(Collectors.joining(","));
        return new Seen(shown, cache(response));
    }

    private static String value(DynamoDbClient client) {
        return Tables.text(
                client.getItem(get -> get.tableName(TABLE).key(key()).consistentRead(true))
                        .item(),
                "v");
    }

    private static String cache(DynamoDbResponse response) {
        return response.sdkHttpResponse()
                .firstMatchingHeader("x-nearside-cache")
                .orElse("");
    }

    private static Map<String, AttributeValue> key() {
        return Map.of("pk", AttributeValue.fromS("p"), "sk", AttributeValue.fromS("s"));
    }

    private static Map<String, AttributeValue> item(String value) {
        return Map.of(
                "pk",
                AttributeValue.fromS("p"),
                "sk",
                AttributeValue.fromS("s"),
                "l",
                AttributeValue.fromN("1"),
                "g",
                AttributeValue.fromS("G"),
                "v",
                AttributeValue.fromS(value));
    }

    @SuppressWarnings("unchecked") // The SDK takes its builders as an array of a generic type.
    private static CreateTableRequest definition() {
        return CreateTableRequest.builder()
                .tableName(TABLE)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                        a -> a.attributeName("pk").attributeType(ScalarAttributeType.S),
                        a -> a.attributeName("sk").attributeType(ScalarAttributeType.S),
                        a -> a.attributeName("l").attributeType(ScalarAttributeType.N),
                        a -> a.attributeName("g").attributeType(ScalarAttributeType.S))
                .keySchema(
                        k -> k.attributeName("pk").keyType(KeyType.HASH),
                        k -> k.attributeName("sk").keyType(KeyType.RANGE))
                .localSecondaryIndexes(index -> index.indexName("by-l")
                        .projection(p -> p.projectionType(ProjectionType.ALL))
                        .keySchema(
                                k -> k.attributeName("pk").keyType(KeyType.HASH),
                                k -> k.attributeName("l").keyType(KeyType.RANGE)))
                .globalSecondaryIndexes(index -> index.indexName("by-g")
                        .projection(p -> p.projectionType(ProjectionType.ALL))
                        .keySchema(k -> k.attributeName("g").keyType(KeyType.HASH)))
                .build();
    }

    /** As the region's own proxy, but that pages of indexes are kept at once: DynamoDB Local has no replicas that lag. */
    private static String config(LocalRegion region) {
        return """
                service: proxy
                region: %s
                listen: {port: 0, event-loops: 1}
                admin: {port: 0}
                upstream:
                  endpoint: %s
                  credentials: {provider: static, access-key-id: nearside, secret-access-key: nearside}
                coherence:
                  index-settle-window: 0ms
                  kafka:
                    bootstrap-servers: %s
                """.formatted(
                region.name(), region.dynamoDb(), SharedStack.get().kafka().bootstrapServers());
    }
}
