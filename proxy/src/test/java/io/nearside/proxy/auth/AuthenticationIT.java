package io.nearside.proxy.auth;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.proxy.ProxyServer;
import io.nearside.proxy.RawHttp;
import io.nearside.proxy.TestProxy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A proxy with {@code auth.mode: sigv4}, spoken to by the AWS SDK. */
@SuppressWarnings("unchecked") // The SDK takes its builders as an array of a generic type.
class AuthenticationIT {

    private static final String TABLE = "AuthenticationIT";
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

    private static DynamoDbClient client(String accessKeyId, String secret) {
        return TestProxy.configured(DynamoDbClient.builder(), TestProxy.endpoint(proxy))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret)))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }
}
