package io.nearside.local;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.proxy.ProxyServer;
import io.nearside.proxy.config.ProxyConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever a caller gets wrong, the proxy's answer is DynamoDB's own, also while the item that the request means is in the
 * cache. Each request goes to the proxy and to DynamoDB Local, byte for byte the same; status and body must be equal.
 */
class MalformedRequestIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final URI DYNAMODB = EmbeddedDynamoDb.shared().endpoint(0);
    private static final String TABLE = Tables.freshName();
    private static final ProxyServer PROXY = ProxyServer.start(config());

    /** Bodies that no operation can make sense of, or only some of them. */
    private static final String BODIES = """
             \s
            null
            []
            7
            "x"
            not json
            {
            {}
            {"TableName":}
            {"TableName":"$table"
            {"TableName":"$table"}
            {"TableName":"$table"} {"TableName":"$table"}
            {"TableName":7}
            {"TableName":null}
            {"TableName":""}
            {"TableName":"x"}
            {"TableName":"not a name"}
            {"TableName":"nowhere","Key":{"id":{"S":"k"}},"Item":{"id":{"S":"k"}}}
            {"TableName":"$table","Key":7,"Item":7}
            {"TableName":"$table","Key":{"id":7},"Item":{"id":7}}
            {"TableName":"$table","Key":null,"Item":null}
            """;

    private static final List<String> OPERATIONS = List.of(
            "GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem");

    /** What {@code GetItem} can be asked wrongly: {@code Key}, then more members. */
    private static final String GETS = """
            {"id":{"X":"k"}}
            {"id":{}}
            {"id":{"S":"k","N":"1"}}
            {"id":{"S":7}}
            {"id":{"S":null}}
            {"id":"k"}
            {"id":{"N":"1"}}
            {"id":{"N":"one"}}
            {"id":{"B":"%"}}
            {"id":{"S":""}}
            {"id":{"S":"$longkey"}}
            {"id":{"NULL":false}}
            {}
            {"other":{"S":"k"}}
            {"id":{"S":"k"},"other":{"S":"k"}}
            {"id":{"S":"k"}},"ConsistentRead":"yes"
            {"id":{"S":"k"}},"ConsistentRead":1
            {"id":{"S":"k"}},"ReturnConsumedCapacity":"SOME"
            {"id":{"S":"k"}},"ProjectionExpression":"a,,b"
            {"id":{"S":"k"}},"ProjectionExpression":""
            {"id":{"S":"k"}},"ProjectionExpression":7
            {"id":{"S":"k"}},"ProjectionExpression":"value"
            {"id":{"S":"k"}},"ProjectionExpression":"a, a.b"
            {"id":{"S":"k"}},"ProjectionExpression":"a, a"
            {"id":{"S":"k"}},"ProjectionExpression":"#a"
            {"id":{"S":"k"}},"ProjectionExpression":"a[x]"
            {"id":{"S":"k"}},"ProjectionExpression":"id","ExpressionAttributeNames":{"#a":"a"}
            {"id":{"S":"k"}},"ProjectionExpression":"id","ExpressionAttributeNames":{"a":"a"}
            {"id":{"S":"k"}},"ExpressionAttributeNames":{"#a":"a"}
            {"id":{"S":"k"}},"ExpressionAttributeNames":{}
            {"id":{"S":"k"}},"ProjectionExpression":"id","AttributesToGet":["id"]
            {"id":{"S":"k"}},"AttributesToGet":[]
            {"id":{"S":"k"}},"AttributesToGet":["id","id"]
            """;

    /** What {@code PutItem} can be asked wrongly: {@code Item}, then more members. */
    private static final String PUTS = """
            {"other":{"S":"k"}}
            {"id":{"N":"1"}}
            {"id":{"S":""}}
            {"id":{"S":"k"},"s":{"SS":[]}}
            {"id":{"S":"k"},"s":{"SS":["a","a"]}}
            {"id":{"S":"k"},"n":{"N":"111111111111111111111111111111111111111"}}
            {"id":{"S":"k"},"n":{"N":"1e126"}}
            {"id":{"S":"k"},"n":{"N":""}}
            {"id":{"S":"k"},"l":{"S":"$long"}}
            {"id":{"S":"k"}},"ConditionExpression":"id ="
            {"id":{"S":"k"}},"ConditionExpression":"id = :v"
            {"id":{"S":"k"}},"ConditionExpression":"attribute_not_exists(id)"
            {"id":{"S":"k"}},"ReturnValues":"ALL_NEW"
            {"id":{"S":"k"}},"ReturnValuesOnConditionCheckFailure":"SOME"
            """;

    /** Operation and body of everything else. */
    private static final String OTHERS = """
            UpdateItem {"TableName":"$table","Key":{"id":{"S":"k"}},"UpdateExpression":"SET"}
            UpdateItem {"TableName":"$table","Key":{"id":{"S":"k"}},"UpdateExpression":""}
            UpdateItem {"TableName":"$table","Key":{"id":{"S":"k"}},"UpdateExpression":"SET id = :v","ExpressionAttributeValues":{":v":{"S":"x"}}}
            UpdateItem {"TableName":"$table","Key":{"id":{"S":"k"}},"UpdateExpression":"SET a = :v"}
            UpdateItem {"TableName":"$table","Key":{"id":{"S":"k"}},"ReturnValues":"SOME"}
            DeleteItem {"TableName":"$table","Key":{"id":{"S":"k"}},"ReturnValues":"UPDATED_NEW"}
            BatchGetItem {"RequestItems":{}}
            BatchGetItem {"RequestItems":{"$table":{"Keys":[]}}}
            BatchGetItem {"RequestItems":{"$table":{"Keys":[{"id":{"S":"k"}},{"id":{"S":"k"}}]}}}
            BatchWriteItem {"RequestItems":{}}
            BatchWriteItem {"RequestItems":{"$table":[]}}
            BatchWriteItem {"RequestItems":{"$table":[{"PutRequest":{"Item":{"id":{"S":"k"}}}},{"DeleteRequest":{"Key":{"id":{"S":"k"}}}}]}}
            TransactWriteItems {"TransactItems":[]}
            TransactGetItems {"TransactItems":[]}
            ExecuteStatement {"Statement":"SELECT"}
            ExecuteStatement {}
            CreateTable {"TableName":"$table"}
            UpdateTable {"TableName":"nowhere"}
            DescribeTable {"TableName":"nowhere"}
            DeleteTable {"TableName":"nowhere"}
            Frobnicate {}
            """;

    @BeforeAll
    static void cacheAnItem() {
        try (DynamoDbClient client = Clients.sync(proxy())) {
            client.createTable(Tables.definition(TABLE));
            client.putItem(request -> request.tableName(TABLE).item(Tables.item("k", "v")));
            Tables.get(client, TABLE, "k");
            Tables.get(client, TABLE, "k");
        }
    }

    @AfterAll
    static void stop() {
        PROXY.close();
    }

    @TestFactory
    Stream<DynamicTest> body_thatMakesNoSense_isAnsweredAsByDynamoDb() {
        return OPERATIONS.stream()
                .flatMap(operation -> BODIES.lines().map(body -> test(operation, body.equals("  ") ? "" : body)));
    }

    @TestFactory
    Stream<DynamicTest> getItem_askedWrongly_isAnsweredAsByDynamoDb() {
        return GETS.lines().map(line -> test("GetItem", "{\"TableName\":\"$table\",\"Key\":" + line + "}"));
    }

    @TestFactory
    Stream<DynamicTest> putItem_askedWrongly_isAnsweredAsByDynamoDb() {
        return PUTS.lines().map(line -> test("PutItem", "{\"TableName\":\"$table\",\"Item\":" + line + "}"));
    }

    @TestFactory
    Stream<DynamicTest> request_askedWrongly_isAnsweredAsByDynamoDb() {
        return OTHERS.lines().map(line -> line.split(" ", 2)).map(row -> test(row[0], row[1]));
    }

    private static DynamicTest test(String operation, String body) {
        String name = operation + " " + body;
        return DynamicTest.dynamicTest(name, () -> assertSameAnswer(operation, fill(body)));
    }

    private static void assertSameAnswer(String operation, String body) throws Exception {
        HttpResponse<String> expected = send(DYNAMODB, operation, body);
        HttpResponse<String> actual = send(proxy(), operation, body);

        assertThat(actual.statusCode() + " " + capacityApart(actual.body()))
                .isEqualTo(expected.statusCode() + " " + capacityApart(expected.body()));
    }

    /** Soon after a write an item is read consistently, at twice the capacity; other tests of this class write it. */
    private static String capacityApart(String body) {
        return body.replace("\"CapacityUnits\":1.0", "\"CapacityUnits\":0.5");
    }

    private static String fill(String body) {
        return body.replace("$table", TABLE)
                .replace("$longkey", "k".repeat(2049))
                .replace("$long", "l".repeat(410_000));
    }

    private static HttpResponse<String> send(URI endpoint, String operation, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/x-amz-json-1.0")
                .header("X-Amz-Target", "DynamoDB_20120810." + operation)
                .header("X-Amz-Date", "20300101T000000Z")
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=any/20300101/us-east-1/dynamodb/aws4_request, SignedHeaders=host,"
                                + " Signature=0")
                .POST(BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, BodyHandlers.ofString());
    }

    private static URI proxy() {
        return URI.create("http://127.0.0.1:" + PROXY.dataPort());
    }

    private static ProxyConfig config() {
        return LocalStack.parse("""
                service: proxy
                region: us-east-1
                listen: {host: 127.0.0.1, port: 0}
                admin: {host: 127.0.0.1, port: 0}
                upstream:
                  endpoint: %s
                  credentials: {provider: static, access-key-id: nearside, secret-access-key: nearside}
                """.formatted(DYNAMODB), ProxyConfig.class);
    }
}
