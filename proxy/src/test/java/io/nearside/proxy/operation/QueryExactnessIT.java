package io.nearside.proxy.operation;

import io.nearside.proxy.operation.RealProxy.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * Cached pages against DynamoDB Local: after random writes through the proxy, every page that the proxy gives, from memory or
 * not, is the page that DynamoDB gives at that moment. DynamoDB Local has neither lagging replicas nor lagging indexes.
 */
class QueryExactnessIT {

    private static final String TABLE = "query-exactness";
    private static final String TWIN = "query-exactness-twin";
    private static final int ROUNDS = 1500;
    private static final int SCAN_ROUNDS = 300;
    private static final int NEEDLESS_ROUNDS = 60;
    private static final int UNBOUNDED = Integer.MIN_VALUE;
    private static final long SEED = 20261120;

    private static RealProxy proxy;

    private final SplittableRandom random = new SplittableRandom(SEED);

    @BeforeAll
    static void start() {
        proxy = new RealProxy(
                "coherence: {recent-write-window: 0ms, index-settle-window: 0ms}\ncache: {scans: true}\n");
        for (String table : List.of(TABLE, TWIN)) {
            Reply reply = proxy.ask("CreateTable", """
                {"TableName":"%s","BillingMode":"PAY_PER_REQUEST",
                "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"},
                {"AttributeName":"l","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"}],
                "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
                "LocalSecondaryIndexes":[{"IndexName":"by-l","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},
                {"AttributeName":"l","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}],
                "GlobalSecondaryIndexes":[{"IndexName":"by-g","KeySchema":[{"AttributeName":"g","KeyType":"HASH"},
                {"AttributeName":"sk","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}]}""".formatted(table));
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        }
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    @Test
    void pages_afterRandomWrites_areThoseOfDynamoDb() {
        List<String> queries = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            queries.add(randomQuery());
        }

        assertThat(hitsAmong("Query", queries, ROUNDS)).isGreaterThan(ROUNDS / 5);
    }

    @Test
    void scans_afterRandomWrites_areThoseOfDynamoDb() {
        List<String> scans = List.of(
                scan(""),
                scan(",\"Limit\":7"),
                scan(",\"Limit\":3,\"ExclusiveStartKey\":{\"pk\":{\"S\":\"p0\"},\"sk\":{\"N\":\"4\"}}"),
                scan(",\"Select\":\"COUNT\""),
                scan(",\"ProjectionExpression\":\"sk,n\""),
                scan(",\"AttributesToGet\":[\"g\"]"),
                scan(",\"FilterExpression\":\"n > :n\",\"ExpressionAttributeValues\":{\":n\":{\"N\":\"50\"}}"),
                scan(",\"ScanFilter\":{\"n\":{\"ComparisonOperator\":\"LT\",\"AttributeValueList\":[{\"N\":\"50\"}]}}"),
                scan(",\"TotalSegments\":2,\"Segment\":0"),
                scan(",\"TotalSegments\":2,\"Segment\":1"),
                scan(",\"IndexName\":\"by-l\""),
                scan(",\"IndexName\":\"by-g\",\"Select\":\"ALL_PROJECTED_ATTRIBUTES\""));

        assertThat(hitsAmong("Scan", scans, SCAN_ROUNDS)).isGreaterThan(SCAN_ROUNDS / 10);
    }

    /** What it says of capacity is compared in shape: memory consumes nothing. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GetItem      | {\"TableName\":\"T\",\"Key\":{\"pk\":{\"S\":\"p0\"},\"sk\":{\"N\":\"100\"}}",
                "BatchGetItem | {\"RequestItems\":{\"T\":{\"Keys\":[{\"pk\":{\"S\":\"p0\"},\"sk\":{\"N\":\"100\"}}]}}",
                "Query        | {\"TableName\":\"T\",KEY",
                "Query        | {\"TableName\":\"T\",\"IndexName\":\"by-l\",KEY",
                "Query        | {\"TableName\":\"T\",\"IndexName\":\"by-g\",KEY",
                "Scan         | {\"TableName\":\"T\"",
                "Scan         | {\"TableName\":\"T\",\"IndexName\":\"by-l\"",
                "Scan         | {\"TableName\":\"T\",\"IndexName\":\"by-g\"",
            })
    void answerFromMemory_wantingCapacity_isShapedAsDynamoDbs(String operation, String start) {
        String key = "\"KeyConditionExpression\":\"%s = :p\",\"ExpressionAttributeValues\":{\":p\":{\"S\":\"p0\"}}"
                .formatted(start.contains("by-g") ? "g" : "pk");
        String request = start.replace("\"T\"", "\"" + TABLE + "\"").replace("KEY", key);
        for (String mode : List.of("NONE", "TOTAL", "INDEXES")) {
            String body = request + ",\"ReturnConsumedCapacity\":\"" + mode + "\"}";
            Reply direct = proxy.askDirectly(operation, body);
            proxy.ask(operation, body);
            Reply hit = proxy.ask(operation, body);

            assertThat(direct.status()).as(direct.body()).isEqualTo(200);
            assertThat(hit.cache()).as(body).startsWith("hit");
            assertThat(withoutUnits(hit)).as(body).isEqualTo(withoutUnits(direct));
        }
    }

    private static String withoutUnits(Reply reply) {
        return Answers.canonical(reply.body()).replaceAll("CapacityUnits=[0-9.]+", "CapacityUnits=n");
    }

    private static String scan(String more) {
        return "{\"TableName\":\"" + TABLE + "\"" + more + "}";
    }

    /** Reads at random, writes now and then, compares everything. */
    private int hitsAmong(String operation, List<String> requests, int rounds) {
        int hits = 0;
        for (int round = 0; round < rounds; round++) {
            if (random.nextInt(10) == 0) {
                randomWrite();
            }
            String request = requests.get(random.nextInt(requests.size()));
            Reply proxied = proxy.ask(operation, request);
            Reply direct = proxy.askDirectly(operation, request);
            assertThat(proxied.body())
                    .as("seed %d, round %d, %s, %s", SEED, round, proxied.cache(), request)
                    .isEqualTo(direct.body());
            hits += proxied.cache().startsWith("hit") ? 1 : 0;
        }
        return hits;
    }

    /** A page of a table or index: the keys it reads, in which direction, and where it ended when it was last read. */
    private static final class Page {

        private final String index;
        private final String partition;
        private final String request;
        private final int low;
        private final int high;
        private final boolean forward;
        private int last = UNBOUNDED;

        Page(String index, String partition, int low, int high, boolean forward, int limit) {
            this.index = index;
            this.partition = partition;
            this.low = low;
            this.high = high;
            this.forward = forward;
            String type = index.equals("by-l") ? "S" : "N";
            String partitionKey = index.equals("by-g") ? "g" : "pk";
            String sortKey = index.equals("by-l") ? "l" : "sk";
            this.request = query(
                    index.isEmpty() ? "" : ",\"IndexName\":\"" + index + "\"",
                    partitionKey + " = :p AND " + sortKey + " BETWEEN :a AND :b",
                    ":p",
                    partition,
                    ",\":a\":{\"%s\":\"%d\"},\":b\":{\"%s\":\"%d\"}".formatted(type, low, type, high),
                    ",\"ScanIndexForward\":" + forward + (limit == 0 ? "" : ",\"Limit\":" + limit));
        }

        void read(Reply reply) {
            JsonNode end = JsonNode.parser()
                    .parse(reply.body())
                    .field("LastEvaluatedKey")
                    .orElse(null);
            String sortKey = index.equals("by-l") ? "l" : "sk";
            last = end == null
                    ? UNBOUNDED
                    : Integer.parseInt(end.field(sortKey)
                            .orElseThrow()
                            .asObject()
                            .values()
                            .iterator()
                            .next()
                            .text());
        }

        boolean holds(Map<String, Object> item) {
            Object sort = index.equals("by-l") ? item.get("l") : item.get("sk");
            if (!partition.equals(index.equals("by-g") ? item.get("g") : item.get("pk")) || sort == null) {
                return false;
            }
            int at = (Integer) sort;
            boolean beforeEnd = last == UNBOUNDED || (forward ? at <= last : at >= last);
            return low <= at && at <= high && beforeEnd;
        }
    }

    @Test
    void pages_thatAWriteDoesNotTouch_stayInMemory() {
        List<Page> pages = new ArrayList<>();
        for (String index : List.of("", "by-l", "by-g")) {
            for (int i = 0; i < 8; i++) {
                int low = random.nextInt(10, 40);
                String partition = (index.equals("by-g") ? "xg" : "xp") + random.nextInt(2);
                pages.add(new Page(
                        index, partition, low, random.nextInt(low, 50), random.nextBoolean(), random.nextInt(3)));
            }
        }
        Map<String, Map<String, Object>> stored = new HashMap<>();
        Map<String, Integer> needless = new TreeMap<>(Map.of("", 0, "by-l", 0, "by-g", 0));
        int dropped = 0;
        pages.forEach(page -> page.read(proxy.ask("Query", page.request)));
        for (int round = 0; round < NEEDLESS_ROUNDS; round++) {
            List<Map<String, Object>> images = trackedWrite(stored);
            for (Page page : pages) {
                boolean touched = images.stream().anyMatch(page::holds);
                Reply reply = proxy.ask("Query", page.request);
                boolean hit = reply.cache().startsWith("hit");
                assertThat(hit && touched)
                        .as("seed %d, round %d: from memory after %s: %s", SEED, round, images, page.request)
                        .isFalse();
                dropped += hit ? 0 : 1;
                needless.merge(page.index, hit || touched ? 0 : 1, Integer::sum);
                page.read(reply);
            }
        }

        System.out.printf("Pages dropped: %d, needlessly by index: %s%n", dropped, needless);
        assertThat(dropped).isGreaterThan(NEEDLESS_ROUNDS / 2);
        assertThat(needless).containsOnly(entry("", 0), entry("by-l", 0), entry("by-g", 0));
    }

    /** Writes an item and tells what it was before and after, and its key, which it has even where there was none. */
    private List<Map<String, Object>> trackedWrite(Map<String, Map<String, Object>> stored) {
        String pk = "xp" + random.nextInt(2);
        int sk = random.nextInt(10, 50);
        int l = random.nextInt(10, 50);
        String g = "xg" + random.nextInt(2);
        String key = "\"pk\":{\"S\":\"%s\"},\"sk\":{\"N\":\"%d\"}".formatted(pk, sk);
        Map<String, Object> before = stored.getOrDefault(pk + sk, Map.of());
        Map<String, Object> after = new HashMap<>(before);
        after.put("pk", pk);
        after.put("sk", sk);
        String update = "{\"TableName\":\"" + TABLE + "\",\"Key\":{" + key + "},\"UpdateExpression\":\"";
        String operation;
        String request;
        switch (random.nextInt(6)) {
            case 0 -> {
                after.clear();
                operation = "DeleteItem";
                request = "{\"TableName\":\"" + TABLE + "\",\"Key\":{" + key + "}}";
            }
            case 1 -> {
                after.put("l", l);
                operation = "UpdateItem";
                request = update + "SET l = :l\",\"ExpressionAttributeValues\":{\":l\":{\"S\":\"" + l + "\"}}}";
            }
            case 2 -> {
                after.remove("g");
                operation = "UpdateItem";
                request = update + "REMOVE g\"}";
            }
            case 3 -> {
                operation = "UpdateItem";
                request = update + "SET n = :n\",\"ExpressionAttributeValues\":{\":n\":{\"N\":\"" + l + "\"}}}";
            }
            default -> {
                after.put("l", l);
                after.put("g", g);
                operation = "PutItem";
                request = "{\"TableName\":\"%s\",\"Item\":{%s,\"l\":{\"S\":\"%d\"},\"g\":{\"S\":\"%s\"}}}"
                        .formatted(TABLE, key, l, g);
            }
        }
        Reply proxied = proxy.ask(operation, request);
        Reply direct = proxy.askDirectly(operation, request.replace(TABLE, TWIN));
        assertThat(proxied.body()).as(request).isEqualTo(direct.body().replace(TWIN, TABLE));
        stored.put(pk + sk, after);
        return List.of(before, after, Map.of("pk", pk, "sk", sk));
    }

    private String randomQuery() {
        String partition = "p" + random.nextInt(2);
        String sort = String.valueOf(random.nextInt(-5, 15));
        String more = random.nextBoolean() ? ",\"ScanIndexForward\":false" : "";
        more += random.nextBoolean() ? ",\"Limit\":" + random.nextInt(1, 6) : "";
        more += random.nextInt(4) == 0 ? ",\"FilterExpression\":\"n > :n\"" : "";
        String n = more.contains("Filter") ? ",\":n\":{\"N\":\"50\"}" : "";
        return switch (random.nextInt(4)) {
            case 0 -> query("", "pk = :p", ":p", partition, n, more);
            case 1 ->
                query(
                        "",
                        "pk = :p AND sk " + List.of("<", "<=", ">", ">=", "=").get(random.nextInt(5)) + " :s",
                        ":p",
                        partition,
                        ",\":s\":{\"N\":\"" + sort + "\"}" + n,
                        more);
            case 2 ->
                query(
                        ",\"IndexName\":\"by-l\"",
                        "pk = :p AND begins_with(l, :l)",
                        ":p",
                        partition,
                        ",\":l\":{\"S\":\"l" + random.nextInt(2) + "\"}" + n,
                        more);
            default -> query(",\"IndexName\":\"by-g\"", "g = :g", ":g", "g" + random.nextInt(3), n, more);
        };
    }

    private static String query(
            String index, String condition, String placeholder, String partition, String values, String more) {
        return "{\"TableName\":\"" + TABLE + "\"" + index + ",\"KeyConditionExpression\":\"" + condition
                + "\",\"ExpressionAttributeValues\":{\"" + placeholder + "\":{\"S\":\"" + partition + "\"}" + values
                + "}" + more + "}";
    }

    private void randomWrite() {
        String key =
                "\"pk\":{\"S\":\"p%d\"},\"sk\":{\"N\":\"%d\"}".formatted(random.nextInt(2), random.nextInt(-5, 15));
        if (random.nextInt(3) == 0) {
            proxy.ask("DeleteItem", "{\"TableName\":\"" + TABLE + "\",\"Key\":{" + key + "}}");
        } else {
            proxy.ask(
                    "PutItem",
                    "{\"TableName\":\"%s\",\"Item\":{%s,\"n\":{\"N\":\"%d\"},\"l\":{\"S\":\"l%d\"},\"g\":{\"S\":\"g%d\"}}}"
                            .formatted(TABLE, key, random.nextInt(100), random.nextInt(30), random.nextInt(3)));
        }
    }
}
