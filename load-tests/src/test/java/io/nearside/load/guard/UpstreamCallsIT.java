package io.nearside.load.guard;

import io.nearside.load.workload.Requests;
import io.nearside.proxy.ProxyServer;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Guards how often DynamoDB is asked in each scenario. The calls are the price of a request in money and in time: a change
 * that needs more of them has to raise the figure here, in sight of its reviewer. Each test uses keys of its own.
 */
final class UpstreamCallsIT {
    private static final int ITEM_BYTES = 200;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static StubDynamoDb dynamoDb;
    private static ProxyServer proxy;
    private static RawClient client;

    private Map<String, Integer> before = Map.of();

    @BeforeAll
    static void start() throws Exception {
        dynamoDb = new StubDynamoDb(ITEM_BYTES);
        proxy = ProxyServer.start(HitCostIT.configuration(dynamoDb.endpoint()));
        client = new RawClient(proxy.dataPort());
    }

    @AfterAll
    static void stop() throws IOException {
        client.close();
        proxy.close();
        dynamoDb.close();
    }

    @BeforeEach
    void noteCalls() {
        before = dynamoDb.dataCalls();
    }

    @Test
    void getItem_missAndThenHits_asksOnce() throws IOException {
        for (int i = 0; i < 100; i++) {
            getItem(1);
        }

        assertThat(calls()).isEqualTo(Map.of("GetItem", 1));
    }

    @Test
    void getItem_missesOfOneKeyAtOnce_askOnce() throws IOException {
        var release = dynamoDb.hold();
        try (var second = new RawClient(proxy.dataPort());
                var third = new RawClient(proxy.dataPort())) {
            client.begin(request("GetItem", Requests.getItem(2)));
            awaitCalls("GetItem", 1);
            second.begin(request("GetItem", Requests.getItem(2)));
            // On the proxy's one event loop: answered twice, it has come past whatever was sent before.
            third.send(request("ListTables", "{}"));
            third.send(request("ListTables", "{}"));
            release.run();

            assertThat(client.finish()).contains("x-nearside-cache: miss");
            assertThat(second.finish()).contains("x-nearside-cache: coalesced");
        }

        assertThat(calls()).isEqualTo(Map.of("GetItem", 1));
    }

    @Test
    void getItem_strong_asksEachTime() throws IOException {
        send("GetItem", Requests.consistentGetItem(3));
        send("GetItem", Requests.consistentGetItem(3));

        assertThat(calls()).isEqualTo(Map.of("GetItem", 2));
    }

    @Test
    void getItem_afterAStrongRead_asksNoMore() throws IOException {
        send("GetItem", Requests.consistentGetItem(4));

        getItem(4);

        assertThat(calls()).isEqualTo(Map.of("GetItem", 1));
    }

    @Test
    void getItem_partsOfAHeldItem_asksNothing() throws IOException {
        getItem(5);

        var answer = send("GetItem", Requests.getItem(5).replaceFirst("}$", ",\"ProjectionExpression\":\"pk\"}"));

        assertThat(answer).contains("x-nearside-cache: hit");
        assertThat(calls()).isEqualTo(Map.of("GetItem", 1));
    }

    @Test
    void putItem_andARead_askForTheWriteOnly() throws IOException {
        send("PutItem", Requests.putItem(6, ITEM_BYTES));

        var answer = getItem(6);

        assertThat(answer).contains("x-nearside-cache: hit");
        assertThat(calls()).isEqualTo(Map.of("PutItem", 1));
    }

    @Test
    void batchGetItem_allHeld_asksNothing() throws IOException {
        getItem(20);
        getItem(21);

        send("BatchGetItem", Requests.batchGetItem(20, 100, 2));

        assertThat(calls()).isEqualTo(Map.of("GetItem", 2));
    }

    @Test
    void batchGetItem_partHeld_asksOnceAndForTheRestOnly() throws IOException {
        getItem(30);

        send("BatchGetItem", Requests.batchGetItem(30, 100, 3));

        assertThat(calls()).isEqualTo(Map.of("BatchGetItem", 1, "GetItem", 1));
        assertThat(dynamoDb.lastBody("BatchGetItem")
                        .getJsonObject("RequestItems")
                        .getJsonObject(Requests.TABLE)
                        .getJsonArray("Keys"))
                .hasSize(2);
    }

    @Test
    void query_twice_asksOnce() throws IOException {
        send("Query", Requests.query(40, 10));
        send("Query", Requests.query(40, 10));

        assertThat(calls()).isEqualTo(Map.of("Query", 1));
    }

    @Test
    void conditionalWrite_thatFails_asksOnceAndTheNextReadOnce() throws IOException {
        getItem(50);
        dynamoDb.conditionsFail(true);
        send(
                "PutItem",
                Requests.putItem(50, ITEM_BYTES)
                        .replaceFirst("}$", ",\"ConditionExpression\":\"attribute_not_exists(pk)\"}"));
        dynamoDb.conditionsFail(false);

        getItem(50);

        assertThat(calls()).isEqualTo(Map.of("GetItem", 2, "PutItem", 1));
    }

    @Test
    void batchWriteItem_twoItems_asksOnce() throws IOException {
        send(
                "BatchWriteItem",
                "{\"RequestItems\":{\"" + Requests.TABLE + "\":[{\"PutRequest\":{\"Item\":"
                        + Requests.item(60, ITEM_BYTES) + "}},{\"PutRequest\":{\"Item\":"
                        + Requests.item(61, ITEM_BYTES) + "}}]}}");

        assertThat(calls()).isEqualTo(Map.of("BatchWriteItem", 1));
    }

    @Test
    void scan_eachTime_asks() throws IOException {
        send("Scan", "{\"TableName\":\"" + Requests.TABLE + "\"}");
        send("Scan", "{\"TableName\":\"" + Requests.TABLE + "\"}");

        assertThat(calls()).isEqualTo(Map.of("Scan", 2));
    }

    private static String getItem(int key) throws IOException {
        return send("GetItem", Requests.getItem(key));
    }

    private static String send(String operation, String body) throws IOException {
        return client.send(request(operation, body));
    }

    private static byte[] request(String operation, String body) {
        return Requests.http(operation, body, proxy.dataPort());
    }

    /** What DynamoDB was asked since the test began, descriptions of tables left out. */
    private Map<String, Integer> calls() {
        var made = new TreeMap<String, Integer>();
        dynamoDb.dataCalls().forEach((operation, count) -> {
            int since = count - before.getOrDefault(operation, 0);
            if (since > 0) {
                made.put(operation, since);
            }
        });
        return made;
    }

    private void awaitCalls(String operation, int count) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (calls().getOrDefault(operation, 0) < count) {
            assertThat(System.nanoTime() - deadline)
                    .as("waiting for " + operation)
                    .isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
