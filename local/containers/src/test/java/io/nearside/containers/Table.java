package io.nearside.containers;

import java.net.URI;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** One table through one proxy, by an unmodified AWS SDK that never tries twice: a failed request is seen. */
final class Table implements AutoCloseable {

    private static final String OUTCOME_HEADER = "x-nearside-cache";

    private final String name;
    private final DynamoDbClient client;

    Table(String name, String region, URI endpoint) {
        this.name = name;
        this.client = DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(Region.of(region))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClient(UrlConnectionHttpClient.create())
                .overrideConfiguration(options ->
                        options.retryStrategy(RetryMode.STANDARD).retryStrategy(strategy -> strategy.maxAttempts(1)))
                .build();
    }

    void create() {
        client.createTable(request -> request.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName("id")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .keySchema(KeySchemaElement.builder()
                        .attributeName("id")
                        .keyType(KeyType.HASH)
                        .build()));
    }

    void put(String id, String value) {
        client.putItem(request -> request.tableName(name).item(Map.of("id", text(id), "value", text(value))));
    }

    void delete(String id) {
        client.deleteItem(request -> request.tableName(name).key(Map.of("id", text(id))));
    }

    /** The value, or an empty string if there is no such item or no such table yet. */
    String get(String id) {
        GetItemResponse answer = read(id);
        return answer.hasItem() ? answer.item().getOrDefault("value", text("")).s() : "";
    }

    /** What the proxy says it did for a read; how old the answer is stands behind it in the header. */
    String outcome(String id) {
        String header =
                read(id).sdkHttpResponse().firstMatchingHeader(OUTCOME_HEADER).orElse("none");
        return header.split(";", 2)[0];
    }

    private GetItemResponse read(String id) {
        return client.getItem(request -> request.tableName(name).key(Map.of("id", text(id))));
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    @Override
    public void close() {
        client.close();
    }
}
