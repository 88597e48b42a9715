package io.nearside.proxy.operation;

import io.nearside.proxy.operation.RealProxy.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The cache between a caller and DynamoDB Local, over HTTP. */
class CachedReadsIT {

    private static final String TABLE = "cached-reads";

    private static RealProxy proxy;

    @BeforeAll
    static void start() {
        proxy = new RealProxy("");
        proxy.createTable(TABLE);
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    @Test
    void getItem_secondTime_isAHitWithTheSameBytes() {
        proxy.askDirectly(
                "PutItem",
                "{\"TableName\":\"%s\",\"Item\":{\"pk\":{\"S\":\"hit\"},\"n\":{\"N\":\"1\"}}}".formatted(TABLE));

        Reply first = get("hit");
        Reply second = get("hit");

        assertThat(first.cache()).startsWith("miss");
        assertThat(second.cache()).startsWith("hit");
        assertThat(second.body()).isEqualTo(first.body()).contains("\"N\":\"1\"");
    }

    @Test
    void getItem_afterEveryKindOfWrite_returnsWhatWasWritten() {
        put("w", 1);
        warm("w", "\"N\":\"1\"");

        proxy.ask(
                "UpdateItem",
                "{\"TableName\":\"%s\",\"Key\":{\"pk\":{\"S\":\"w\"}},\"UpdateExpression\":\"ADD n :i\",\"ExpressionAttributeValues\":{\":i\":{\"N\":\"1\"}}}"
                        .formatted(TABLE));
        warm("w", "\"N\":\"2\"");

        proxy.ask(
                "BatchWriteItem",
                "{\"RequestItems\":{\"%s\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"w\"},\"n\":{\"N\":\"3\"}}}}]}}"
                        .formatted(TABLE));
        warm("w", "\"N\":\"3\"");

        proxy.ask(
                "TransactWriteItems",
                "{\"TransactItems\":[{\"Put\":{\"TableName\":\"%s\",\"Item\":{\"pk\":{\"S\":\"w\"},\"n\":{\"N\":\"4\"}}}}]}"
                        .formatted(TABLE));
        warm("w", "\"N\":\"4\"");

        proxy.ask("ExecuteStatement", "{\"Statement\":\"UPDATE \\\"%s\\\" SET n=5 WHERE pk='w'\"}".formatted(TABLE));
        warm("w", "\"N\":\"5\"");

        proxy.ask("DeleteItem", "{\"TableName\":\"%s\",\"Key\":{\"pk\":{\"S\":\"w\"}}}".formatted(TABLE));
        warm("w", "{}");
    }

    @Test
    void getItem_wrongInAnyWay_isRefusedInDynamoDbsOwnWordsHotOrCold() {
        put("bad", 1);
        warm("bad", "\"N\":\"1\"");

        for (String body : new String[] {
            "{\"TableName\":\"%s\",\"Key\":{}}",
            "{\"TableName\":\"%s\",\"Key\":{\"pk\":{\"N\":\"1\"}}}",
            "{\"TableName\":\"%s\",\"Key\":{\"pk\":{\"S\":\"bad\"},\"x\":{\"S\":\"1\"}}}",
            "{\"TableName\":\"%s\",\"Key\":{\"pk\":{\"S\":\"\"}}}",
            "{\"TableName\":\"%s\"}",
            "{\"TableName\":\"%s\",\"Key\":{\"pk\":{\"S\":\"bad\"}},\"ProjectionExpression\":\"a,,b\"}",
        }) {
            String request = body.formatted(TABLE);
            Reply direct = proxy.askDirectly("GetItem", request);
            Reply proxied = proxy.ask("GetItem", request);
            assertThat(direct.status()).as(request).isEqualTo(400);
            assertThat(proxied.status()).as(request).isEqualTo(400);
            assertThat(proxied.body()).as(request).isEqualTo(direct.body());
        }
    }

    @Test
    void versionAttribute_writtenAroundTheProxy_neverShows() {
        proxy.askDirectly(
                "PutItem",
                "{\"TableName\":\"%s\",\"Item\":{\"pk\":{\"S\":\"v\"},\"nearside:v\":{\"B\":\"AQAAAAAABQABAAEABwAAAAAAAAAA\"}}}"
                        .formatted(TABLE));

        Reply miss = get("v");
        Reply hit = get("v");
        Reply scan = proxy.ask("Scan", "{\"TableName\":\"%s\"}".formatted(TABLE));

        assertThat(miss.body()).isEqualTo("{\"Item\":{\"pk\":{\"S\":\"v\"}}}");
        assertThat(hit.body()).isEqualTo(miss.body());
        assertThat(hit.cache()).startsWith("hit");
        assertThat(scan.body()).doesNotContain("nearside:v").contains("\"v\"");
    }

    @Test
    void table_deletedAndCreatedAgain_isEmpty() {
        proxy.createTable("cached-again");
        proxy.ask("PutItem", "{\"TableName\":\"cached-again\",\"Item\":{\"pk\":{\"S\":\"a\"}}}");
        String get = "{\"TableName\":\"cached-again\",\"Key\":{\"pk\":{\"S\":\"a\"}}}";
        proxy.ask("GetItem", get);
        assertThat(proxy.ask("GetItem", get).cache()).startsWith("hit");

        proxy.ask("DeleteTable", "{\"TableName\":\"cached-again\"}");
        assertThat(proxy.ask("GetItem", get).status()).isEqualTo(400);
        proxy.createTable("cached-again");

        assertThat(proxy.ask("GetItem", get).body()).isEqualTo("{}");
    }

    private static void put(String key, int n) {
        proxy.ask(
                "PutItem",
                "{\"TableName\":\"%s\",\"Item\":{\"pk\":{\"S\":\"%s\"},\"n\":{\"N\":\"%d\"}}}"
                        .formatted(TABLE, key, n));
    }

    private static Reply get(String key) {
        return proxy.ask("GetItem", "{\"TableName\":\"%s\",\"Key\":{\"pk\":{\"S\":\"%s\"}}}".formatted(TABLE, key));
    }

    /** Reads twice, so that the second answer comes from memory; both must say this. */
    private static void warm(String key, String expected) {
        assertThat(get(key).body()).contains(expected);
        Reply hit = get(key);
        assertThat(hit.cache()).startsWith("hit");
        assertThat(hit.body()).contains(expected);
    }
}
