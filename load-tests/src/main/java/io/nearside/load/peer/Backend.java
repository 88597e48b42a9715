package io.nearside.load.peer;

import io.nearside.load.workload.Requests;
import io.nearside.local.embedded.EmbeddedDynamoDb;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.function.IntConsumer;

import static java.net.http.HttpResponse.BodyHandlers.ofString;

/** DynamoDB Local, filled with the items of the run: the backend of everything that has one, and a target itself. */
public final class Backend implements Target {
    private static final int BATCH = 25;
    private static final int BATCH_BYTES = 8 << 20;

    private final EmbeddedDynamoDb dynamoDb;
    private final HttpClient http = HttpClient.newHttpClient();

    private Backend(EmbeddedDynamoDb dynamoDb) {
        this.dynamoDb = dynamoDb;
    }

    /** Starts it and writes {@code keys} items, telling {@code progress} how many are there. */
    public static Backend start(int keys, int itemBytes, IntConsumer progress) {
        var backend = new Backend(EmbeddedDynamoDb.start(1));
        backend.createTables();
        backend.fill(keys, itemBytes, progress);
        return backend;
    }

    private void createTables() {
        send("CreateTable", """
                {"TableName":"%s","BillingMode":"PAY_PER_REQUEST",
                 "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
                 "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}""".formatted(Requests.TABLE));
        send("CreateTable", """
                {"TableName":"%s","BillingMode":"PAY_PER_REQUEST",
                 "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"}],
                 "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]}""".formatted(Requests.QUERY_TABLE));
    }

    private void fill(int keys, int itemBytes, IntConsumer progress) {
        int batch = Math.max(1, Math.min(BATCH, BATCH_BYTES / itemBytes));
        for (int first = 0; first < keys; first += batch) {
            int last = Math.min(keys, first + batch);
            var body = new StringBuilder("{\"RequestItems\":{\"" + Requests.TABLE + "\":[");
            for (int key = first; key < last; key++) {
                body.append(key == first ? "" : ",")
                        .append("{\"PutRequest\":{\"Item\":")
                        .append(Requests.item(key, itemBytes))
                        .append("}}");
            }
            send("BatchWriteItem", body.append("]}}").toString());
            progress.accept(last);
        }
    }

    /** Writes {@code items} items of about {@code itemBytes} into each of {@code partitions} partitions. */
    public void fillPartitions(int partitions, int items, int itemBytes) {
        for (int partition = 0; partition < partitions; partition++) {
            for (int item = 0; item < items; item++) {
                send(
                        "PutItem",
                        "{\"TableName\":\"" + Requests.QUERY_TABLE + "\",\"Item\":{\"pk\":{\"S\":\""
                                + Requests.key(partition) + "\"},\"sk\":{\"S\":\"" + Requests.key(item)
                                + "\"},\"data\":{\"S\":\"" + "x".repeat(itemBytes) + "\"}}}");
            }
        }
    }

    /** Sends one call straight to DynamoDB Local and returns the answer's body. */
    public String send(String operation, String body) {
        try {
            var request = HttpRequest.newBuilder(endpoint())
                    .header("Content-Type", "application/x-amz-json-1.0")
                    .header("X-Amz-Target", "DynamoDB_20120810." + operation)
                    .header("X-Amz-Date", "20260101T000000Z")
                    .header("Authorization", Requests.AUTHORIZATION)
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            var answer = http.send(request, ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(
                        operation + " was answered " + answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new IllegalStateException("DynamoDB Local does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    public URI endpoint() {
        return dynamoDb.endpoint(0);
    }

    @Override
    public String name() {
        return "backend";
    }

    @Override
    public int port() {
        return endpoint().getPort();
    }

    @Override
    public List<Long> pids() {
        return List.of(dynamoDb.pid());
    }

    @Override
    public void close() {
        dynamoDb.close();
    }
}
