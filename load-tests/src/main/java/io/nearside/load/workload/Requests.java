package io.nearside.load.workload;

import java.util.Locale;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The bytes of requests as an AWS SDK would send them, less the signature, which nothing here checks. One table, one
 * partition key {@code pk}; items carry their payload in {@code data}.
 */
public final class Requests {
    /** The table that every workload uses. */
    public static final String TABLE = "bench";

    /** The table of the query workload: partition key {@code pk}, sort key {@code sk}, both strings. */
    public static final String QUERY_TABLE = "bench-query";

    /** A signature that has the right form, which is all that DynamoDB Local asks for. */
    public static final String AUTHORIZATION =
            "AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/dynamodb/aws4_request,"
                    + " SignedHeaders=content-type;host;x-amz-date;x-amz-target,"
                    + " Signature=0000000000000000000000000000000000000000000000000000000000000000";

    private Requests() {}

    public static String key(int number) {
        return String.format(Locale.ROOT, "key%012d", number);
    }

    public static String getItem(int key) {
        return "{\"TableName\":\"" + TABLE + "\",\"Key\":{\"pk\":{\"S\":\"" + key(key) + "\"}}}";
    }

    public static String consistentGetItem(int key) {
        return "{\"TableName\":\"" + TABLE + "\",\"Key\":{\"pk\":{\"S\":\"" + key(key)
                + "\"}},\"ConsistentRead\":true}";
    }

    public static String putItem(int key, int itemBytes) {
        return "{\"TableName\":\"" + TABLE + "\",\"Item\":" + item(key, itemBytes) + "}";
    }

    /** An item whose attribute names and values come to about {@code itemBytes}, by DynamoDB's way of counting. */
    public static String item(int key, int itemBytes) {
        int payload = Math.max(1, itemBytes - "pk".length() - key(key).length() - "data".length());
        return "{\"pk\":{\"S\":\"" + key(key) + "\"},\"data\":{\"S\":\"" + "x".repeat(payload) + "\"}}";
    }

    public static String batchGetItem(int firstKey, int keys, int count) {
        var body = new StringBuilder("{\"RequestItems\":{\"" + TABLE + "\":{\"Keys\":[");
        for (int i = 0; i < count; i++) {
            body.append(i == 0 ? "" : ",")
                    .append("{\"pk\":{\"S\":\"")
                    .append(key((firstKey + i) % keys))
                    .append("\"}}");
        }
        return body.append("]}}}").toString();
    }

    public static String query(int partition, int limit) {
        return "{\"TableName\":\"" + QUERY_TABLE + "\",\"KeyConditionExpression\":\"pk = :p\","
                + "\"ExpressionAttributeValues\":{\":p\":{\"S\":\"" + key(partition) + "\"}},\"Limit\":" + limit + "}";
    }

    /** The HTTP/1.1 request that carries {@code body} for {@code operation}, for instance {@code GetItem}. */
    public static byte[] http(String operation, String body, int port) {
        var content = body.getBytes(UTF_8);
        var head = ("POST / HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nContent-Type: application/x-amz-json-1.0\r\n"
                        + "X-Amz-Target: DynamoDB_20120810." + operation + "\r\nX-Amz-Date: 20260101T000000Z\r\n"
                        + "Authorization: " + AUTHORIZATION + "\r\nContent-Length: " + content.length + "\r\n\r\n")
                .getBytes(US_ASCII);
        var request = new byte[head.length + content.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(content, 0, request, head.length, content.length);
        return request;
    }

    /** A Redis {@code GET} of the same key, in RESP2. */
    public static byte[] redisGet(int key) {
        return ("*2\r\n$3\r\nGET\r\n$" + key(key).length() + "\r\n" + key(key) + "\r\n").getBytes(US_ASCII);
    }
}
