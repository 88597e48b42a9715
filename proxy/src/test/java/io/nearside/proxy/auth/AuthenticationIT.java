package io.nearside.proxy.auth;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.proxy.ProxyServer;
import io.nearside.proxy.RawHttp;
import io.nearside.proxy.TestProxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A proxy with {@code auth.mode: sigv4}, spoken to by the AWS SDK. */
@SuppressWarnings("unchecked") // The SDK takes its builders as an array of a generic type.
class AuthenticationIT {

    private static final String TABLE = "AuthenticationIT";
    private static final String GUEST_TABLE = "guest-AuthenticationIT";
    private static final Map<String, AttributeValue> KEY = Map.of("pk", AttributeValue.fromS("a"));
    private static ProxyServer proxy;

    @BeforeAll
    static void start() {
        proxy = TestProxy.start(EmbeddedDynamoDb.shared().endpoint(2), """
                auth:
                  mode: sigv4
                  credentials:
                    - access-key-id: WRITER
                      secret-access-key: writing
                    - access-key-id: READER
                      secret-access-key: reading
                      read-only: true
                    - access-key-id: GUEST
                      secret-access-key: visiting
                      tables: ["guest-*"]
                """);
        try (DynamoDbClient writer = client("WRITER", "writing")) {
            writer.createTable(b -> b.tableName(TABLE)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(a -> a.attributeName("pk").attributeType(ScalarAttributeType.S))
                    .keySchema(k -> k.attributeName("pk").keyType(KeyType.HASH)));
            writer.putItem(b -> b.tableName(TABLE).item(KEY));
            writer.createTable(b -> b.tableName(GUEST_TABLE)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(a -> a.attributeName("pk").attributeType(ScalarAttributeType.S))
                    .keySchema(k -> k.attributeName("pk").keyType(KeyType.HASH))
                    .streamSpecification(s -> s.streamEnabled(true).streamViewType(StreamViewType.NEW_IMAGE)));
            writer.putItem(b -> b.tableName(GUEST_TABLE).item(KEY));
        }
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    @Test
    void writer_reads_hitOrMiss() {
        try (DynamoDbClient writer = client("WRITER", "writing")) {
            assertThat(writer.getItem(b -> b.tableName(TABLE).key(KEY)).item()).isEqualTo(KEY);
            assertThat(writer.getItem(b -> b.tableName(TABLE).key(KEY)).item()).isEqualTo(KEY);
        }
    }

    @Test
    void reader_writes_isDeniedAndReadsOn() {
        try (DynamoDbClient reader = client("READER", "reading")) {
            assertThatThrownBy(() -> reader.putItem(b -> b.tableName(TABLE).item(KEY)))
                    .isInstanceOfSatisfying(DynamoDbException.class, e -> {
                        assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException");
                        assertThat(e.awsErrorDetails().errorMessage())
                                .isEqualTo("User: READER is not authorized to perform: dynamodb:PutItem");
                    });
            assertThat(reader.getItem(b -> b.tableName(TABLE).key(KEY)).item()).isEqualTo(KEY);
        }
    }

    @Test
    void guest_readsCachedItemOfAnotherTable_isDenied() {
        try (DynamoDbClient writer = client("WRITER", "writing");
                DynamoDbClient guest = client("GUEST", "visiting")) {
            writer.getItem(b -> b.tableName(TABLE).key(KEY));
            writer.getItem(b -> b.tableName(TABLE).key(KEY));

            assertThatThrownBy(() -> guest.getItem(b -> b.tableName(TABLE).key(KEY)))
                    .isInstanceOf(DynamoDbException.class)
                    .hasMessageContaining("not authorized");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ExecuteStatement|{'Statement':'SELECT * FROM AuthenticationIT','TableName':'guest-AuthenticationIT'}",
                "ExecuteStatement|{'Statement':'DELETE FROM AuthenticationIT WHERE pk=1','TableName':'guest-AuthenticationIT'}",
                "BatchExecuteStatement|{'Statements':[{'Statement':'SELECT * FROM AuthenticationIT'}],"
                        + "'TableName':'guest-AuthenticationIT'}",
                "ExecuteTransaction|{'TransactStatements':[{'Statement':'SELECT * FROM AuthenticationIT'}],"
                        + "'TableName':'guest-AuthenticationIT'}",
                "ListTables|{'TableName':'guest-AuthenticationIT'}",
                "InventedLater|{'TableName':'guest-AuthenticationIT'}",
                "GetItem|{'TableName':'guest-AuthenticationIT','Key':{'pk':{'S':'a'}},'Table':'AuthenticationIT'}"
            })
    void guest_addingAMemberThatNamesItsTable_isDenied(String operation, String body) {
        try (DynamoDbClient guest = client("GUEST", "visiting", sending(operation, body.replace('\'', '"')))) {
            assertThatThrownBy(guest::listTables)
                    .isInstanceOfSatisfying(
                            DynamoDbException.class,
                            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException"));
        }
    }

    @Test
    void guest_namingItsTableByItsArn_isServed_andAnothersIsDenied() {
        try (DynamoDbClient guest = client("GUEST", "visiting")) {
            String arn =
                    guest.describeTable(b -> b.tableName(GUEST_TABLE)).table().tableArn();

            assertThat(guest.getItem(b -> b.tableName(arn).key(KEY)).item()).isEqualTo(KEY);
            assertThatThrownBy(() -> guest.getItem(
                            b -> b.tableName(arn.replace(GUEST_TABLE, TABLE)).key(KEY)))
                    .hasMessageContaining("not authorized");
        }
    }

    @Test
    void guest_readsTheStreamOfItsTable_withIteratorsOfItsOwnOnly() {
        try (DynamoDbClient guest = client("GUEST", "visiting");
                DynamoDbStreamsClient streams = streams("GUEST", "visiting");
                DynamoDbStreamsClient writer = streams("WRITER", "writing")) {
            String stream =
                    guest.describeTable(b -> b.tableName(GUEST_TABLE)).table().latestStreamArn();
            String shard = streams.describeStream(b -> b.streamArn(stream))
                    .streamDescription()
                    .shards()
                    .get(0)
                    .shardId();
            GetShardIteratorRequest request = GetShardIteratorRequest.builder()
                    .streamArn(stream)
                    .shardId(shard)
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON)
                    .build();

            GetRecordsResponse first = streams.getRecords(
                    b -> b.shardIterator(streams.getShardIterator(request).shardIterator()));
            GetRecordsResponse second = streams.getRecords(b -> b.shardIterator(first.nextShardIterator()));

            assertThat(first.records()).hasSize(1);
            assertThat(second.records()).isEmpty();
            String notGiven = writer.getShardIterator(request).shardIterator();
            assertThat(writer.getRecords(b -> b.shardIterator(notGiven)).records())
                    .hasSize(1);
            assertThatThrownBy(() -> streams.getRecords(b -> b.shardIterator(notGiven)))
                    .isInstanceOf(ExpiredIteratorException.class);
            assertThatThrownBy(() -> streams.describeStream(b -> b.streamArn(stream.replace(GUEST_TABLE, TABLE))))
                    .hasMessageContaining("not authorized");
        }
    }

    @Test
    void wrongSecret_readingCachedItem_isRefused() {
        try (DynamoDbClient writer = client("WRITER", "writing");
                DynamoDbClient thief = client("WRITER", "guessing")) {
            writer.getItem(b -> b.tableName(TABLE).key(KEY));
            writer.getItem(b -> b.tableName(TABLE).key(KEY));

            assertThatThrownBy(() -> thief.getItem(b -> b.tableName(TABLE).key(KEY)))
                    .isInstanceOfSatisfying(
                            DynamoDbException.class,
                            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidSignatureException"));
        }
    }

    @Test
    void unsignedRequest_ofAnyKind_isRefusedByTheProxyItself() {
        for (String method : new String[] {"POST", "GET", "PUT"}) {
            RawHttp.Response refused = RawHttp.send(
                    TestProxy.endpoint(proxy),
                    method,
                    "/",
                    Map.of("X-Amz-Target", "DynamoDB_20120810.GetItem"),
                    "{}".getBytes(StandardCharsets.UTF_8));

            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text())
                    .isEqualTo("{\"__type\":\"com.amazon.coral.service#MissingAuthenticationTokenException\","
                            + "\"message\":\"Request is missing Authentication Token\"}");
            assertThat(refused.header("x-amz-crc32")).isEqualTo(refused.crc32());
            assertThat(refused.header("x-amzn-requestid")).matches("[A-Z2-7]{52}");
        }
    }

    /** Makes an SDK sign and send something else than it was asked to. */
    private static ExecutionInterceptor sending(String operation, String body) {
        return new ExecutionInterceptor() {
            @Override
            public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
                return context.httpRequest().toBuilder()
                        .putHeader("X-Amz-Target", "DynamoDB_20120810." + operation)
                        .putHeader("Content-Length", Integer.toString(body.length()))
                        .build();
            }

            @Override
            public Optional<RequestBody> modifyHttpContent(
                    Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
                return Optional.of(RequestBody.fromString(body));
            }
        };
    }

    private static DynamoDbStreamsClient streams(String accessKeyId, String secret) {
        return TestProxy.configured(DynamoDbStreamsClient.builder(), TestProxy.endpoint(proxy))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret)))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    private static DynamoDbClient client(String accessKeyId, String secret, ExecutionInterceptor... interceptors) {
        return TestProxy.configured(DynamoDbClient.builder(), TestProxy.endpoint(proxy))
                .overrideConfiguration(c -> c.executionInterceptors(List.of(interceptors)))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret)))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }
}
