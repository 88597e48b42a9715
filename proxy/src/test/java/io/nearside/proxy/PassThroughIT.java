package io.nearside.proxy;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.proxy.operation.Operation;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

import static org.assertj.core.api.Assertions.assertThat;

/** Every operation gives through the proxy what it gives straight at DynamoDB: the same script on two equal databases. */
class PassThroughIT {

    private static EmbeddedDynamoDb dynamoDb;
    private static URI direct;
    private static final Pattern VARYING = Pattern.compile(
            "\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z?" // times
                    + "|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}" // ids
                    + "|shardId-[0-9a-f-]+" // shards
                    + "|\\d{18,}" // sequence numbers
                    + "|ShardIterator=[^,)]+" // opaque
                    + "|Request ID: [^,)]+");
    private static ProxyServer proxy;

    @BeforeAll
    static void start() {
        dynamoDb = EmbeddedDynamoDb.start(3);
        direct = dynamoDb.endpoint(0);
        proxy = TestProxy.start(dynamoDb.endpoint(1), "");
    }

    @AfterAll
    static void stop() {
        proxy.close();
        dynamoDb.close();
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void anyOperation_withEmptyBody_answersAsDynamoDb(Operation operation) {
        String target = operation == Operation.UNRECOGNIZED ? "DynamoDB_20120810.LaterInvented" : operation.target();

        RawHttp.Response straight = post(direct, target);
        RawHttp.Response proxied = post(TestProxy.endpoint(proxy), target);

        assertThat(proxied.status()).isEqualTo(straight.status());
        assertThat(masked(proxied.text())).isEqualTo(masked(straight.text()));
        assertThat(proxied.header("content-type")).isEqualTo("application/x-amz-json-1.0");
        assertThat(proxied.header("x-amzn-requestid")).isNotEmpty();
        assertThat(proxied.header("x-amz-crc32")).isEqualTo(proxied.crc32());
        assertThat(proxied.headers().containsKey("x-nearside-cache")).isEqualTo(operation.dataPlane());
    }

    @Test
    void script_withSyncClient_answersAsDynamoDb() {
        List<String> expected = runSync(direct);

        List<String> seen = runSync(TestProxy.endpoint(proxy));

        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void script_withAsyncClient_answersAsDynamoDb() {
        List<String> expected = runAsync(direct);

        List<String> seen = runAsync(TestProxy.endpoint(proxy));

        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void largestItem_writtenAndRead_isWhole() {
        try (ProxyServer other = TestProxy.start(dynamoDb.endpoint(2), "");
                DynamoDbClient client = TestProxy.client(TestProxy.endpoint(other))) {
            client.createTable(Script.table("LargestItem"));
            String value = "x".repeat(200_000);
            client.putItem(b -> b.tableName("LargestItem").item(Script.item("a", 1, value)));

            Map<String, AttributeValue> read = client.getItem(
                            b -> b.tableName("LargestItem").key(Script.key("a", 1)))
                    .item();

            assertThat(read).containsEntry("v", AttributeValue.fromS(value));
        }
    }

    private static List<String> runSync(URI endpoint) {
        try (DynamoDbClient client = TestProxy.client(endpoint);
                DynamoDbStreamsClient streams = TestProxy.configured(DynamoDbStreamsClient.builder(), endpoint)
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build()) {
            return Script.sync("ScriptSync").stream()
                    .map(step -> attempt(() -> step.apply(client, streams)))
                    .toList();
        }
    }

    private static List<String> runAsync(URI endpoint) {
        try (DynamoDbAsyncClient client = TestProxy.configured(DynamoDbAsyncClient.builder(), endpoint)
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .build()) {
            return Script.async("ScriptAsync").stream()
                    .map(step -> attempt(() -> step.apply(client).join()))
                    .toList();
        }
    }

    private static String attempt(Supplier<Object> step) {
        try {
            return masked(step.get().toString());
        } catch (DynamoDbException e) {
            return failed(e);
        } catch (CompletionException e) {
            if (e.getCause() instanceof DynamoDbException failure) {
                return failed(failure);
            }
            throw e;
        }
    }

    private static String failed(DynamoDbException e) {
        return e.statusCode() + " " + e.awsErrorDetails().errorCode() + " "
                + masked(e.awsErrorDetails().errorMessage());
    }

    private static String masked(String text) {
        return VARYING.matcher(text).replaceAll("*");
    }

    private static RawHttp.Response post(URI endpoint, String target) {
        Map<String, String> headers = Map.of(
                "X-Amz-Target",
                target,
                "Content-Type",
                "application/x-amz-json-1.0",
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request,"
                        + " SignedHeaders=host, Signature=0");
        return RawHttp.send(endpoint, "POST", "/", headers, "{}".getBytes(StandardCharsets.UTF_8));
    }
}
