package io.nearside.proxy.query;

import io.nearside.item.AttributeValue;
import io.nearside.item.InvalidKeyException;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.proxy.expression.LocalDynamoDb;
import io.nearside.proxy.expression.ValueReader;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pages kept as the query cache would keep them, under random queries and writes: a page that no write took out always equals
 * what DynamoDB Local answers now.
 */
class QueryPagesIT {
    private static final int STEPS = 70;
    private static final int PAGES = 14;
    private static final int SORT_KEYS = 12;

    private final LocalDynamoDb dynamoDb = new LocalDynamoDb();

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void pages_underRandomWrites_areDroppedExactlyWhenTouched(KeyType type) throws NotUnderstoodException {
        long seed = 20_261_120L;
        World world = new World(type, new Random(seed), "seed " + seed + ", sort key " + type);
        world.create();
        for (int step = 0; step < STEPS; step++) {
            world.fillUp();
            world.write(step);
            world.checkAll(step);
        }
        assertThat(world.needlessOnTable)
                .as(world.name + ": pages of the table dropped needlessly")
                .isZero();
        assertThat(world.dropped).as(world.name + ": pages dropped").isGreaterThan(STEPS / 2);
    }

    /** A table with a local and a global index, and the pages that are remembered of them. */
    private final class World {
        private final KeyType type;
        private final Random random;
        private final String name;
        private final String table;
        private final KeySchema key;
        private final Map<String, KeySchema> indexes;
        private final PageIndex<String, String> index = new PageIndex<>(1);
        private final Map<String, String> pages = new TreeMap<>();
        private final Map<ItemKey, Item> items = new HashMap<>();
        private int dropped;
        private int needlessOnTable;

        World(KeyType type, Random random, String name) {
            this.type = type;
            this.random = random;
            this.name = name;
            this.table = "pages-" + type;
            this.key = new KeySchema(new KeyAttribute("p", KeyType.S), new KeyAttribute("s", type));
            this.indexes = Map.of(
                    "local", new KeySchema(new KeyAttribute("p", KeyType.S), new KeyAttribute("l", KeyType.S)),
                    "global", new KeySchema(new KeyAttribute("g", KeyType.S), new KeyAttribute("l", KeyType.S)));
        }

        void create() {
            String answer = dynamoDb.call(
                    "CreateTable",
                    json("{'TableName':'" + table + "','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':["
                            + "{'AttributeName':'p','AttributeType':'S'},{'AttributeName':'s','AttributeType':'" + type
                            + "'},{'AttributeName':'l','AttributeType':'S'},{'AttributeName':'g','AttributeType':'S'}],"
                            + "'KeySchema':" + keys("p", "s")
                            + ",'LocalSecondaryIndexes':[{'IndexName':'local','KeySchema':"
                            + keys("p", "l") + ",'Projection':{'ProjectionType':'ALL'}}],'GlobalSecondaryIndexes':["
                            + "{'IndexName':'global','KeySchema':" + keys("g", "l")
                            + ",'Projection':{'ProjectionType':'ALL'}}]}"));
            assertThat(answer).contains("TableDescription");
        }

        private static String keys(String partition, String sort) {
            return "[{'AttributeName':'" + partition + "','KeyType':'HASH'},{'AttributeName':'" + sort
                    + "','KeyType':'RANGE'}]";
        }

        /** Asks random queries until enough pages are remembered; a page with a next one is often followed by it. */
        void fillUp() throws NotUnderstoodException {
            String startKey = "";
            for (int i = 0; i < 3 * PAGES && pages.size() < PAGES; i++) {
                String body = startKey.isEmpty() ? query() : startKey;
                String answer = dynamoDb.call("Query", body);
                assertThat(answer).as("%s: %s", name, body).contains("\"Count\"");
                remember(body, answer);
                startKey = random.nextInt(3) > 0 ? next(body, answer) : "";
            }
        }

        private void remember(String body, String answer) throws NotUnderstoodException {
            QueryRequest request = QueryRequest.read(QueryRequest.Kind.QUERY, JsonSlice.of(body));
            String scope = scope(request.index());
            PageRequest page = request.page(key, request.index() == null ? null : indexes.get(request.index()));
            KeyInterval covered = page.covered(JsonSlice.of(answer)).orElseThrow();
            index.file(scope, covered, body);
            pages.put(body, answer);
        }

        private String next(String body, String answer) {
            int at = answer.indexOf("\"LastEvaluatedKey\":");
            if (at < 0 || body.contains("ExclusiveStartKey")) {
                return "";
            }
            int end = answer.indexOf("}}", at) + 2;
            return body.substring(0, body.length() - 1) + ",\"ExclusiveStartKey\":"
                    + answer.substring(at + "\"LastEvaluatedKey\":".length(), end) + "}";
        }

        private String scope(@Nullable String indexName) {
            return indexName == null ? "table" : indexName;
        }

        private String query() {
            String indexName = List.of("", "", "local", "global").get(random.nextInt(4));
            KeySchema schema = indexes.getOrDefault(indexName, key);
            String sortValue = indexName.isEmpty() ? sort() : "{'S':'" + label() + "'}";
            String high = indexName.isEmpty() ? sort() : "{'S':'" + label() + "'}";
            String sortName = indexName.isEmpty() ? "s" : "l";
            boolean prefixable = !indexName.isEmpty() || type != KeyType.N;
            String condition = List.of(
                            "",
                            "",
                            " AND " + sortName + " = :a",
                            " AND " + sortName + " < :a",
                            " AND " + sortName + " <= :a",
                            " AND " + sortName + " > :a",
                            " AND " + sortName + " >= :a",
                            " AND " + sortName + " BETWEEN :a AND :b",
                            prefixable ? " AND begins_with(" + sortName + ",:a)" : "")
                    .get(random.nextInt(9));
            boolean between = condition.contains(":b");
            if (between && compare(schema, sortName, sortValue, high) > 0) {
                String swap = sortValue;
                sortValue = high;
                high = swap;
            }
            return json("{'TableName':'" + table + "'" + (indexName.isEmpty() ? "" : ",'IndexName':'" + indexName + "'")
                    + ",'KeyConditionExpression':'" + schema.partition().name() + " = :p" + condition + "'"
                    + (random.nextBoolean() ? ",'ScanIndexForward':false" : "")
                    + (random.nextBoolean() ? ",'Limit':" + (1 + random.nextInt(4)) : "")
                    + ",'ExpressionAttributeValues':{':p':{'S':'" + partition() + "'}"
                    + (condition.isEmpty() ? "" : ",':a':" + sortValue) + (between ? ",':b':" + high : "") + "}}");
        }

        private int compare(KeySchema schema, String sortName, String left, String right) {
            return key(schema, sortName, left).compareTo(key(schema, sortName, right));
        }

        private ItemKey key(KeySchema schema, String sortName, String sortValue) {
            try {
                return ItemKey.of(
                        schema,
                        new Item(Map.of(
                                schema.partition().name(),
                                new AttributeValue.S("x"),
                                sortName,
                                ValueReader.read(JsonSlice.of(json(sortValue)).cursor()))));
            } catch (NotUnderstoodException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Puts or deletes an item and takes out the pages that its old and its new image touch. */
        void write(int step) throws NotUnderstoodException {
            String keyJson = "'p':{'S':'" + partition() + "'},'s':" + sort();
            Item keyOnly = new Item(attributes("{" + keyJson + "}"));
            ItemKey written = ItemKey.of(key, keyOnly);
            Item old = items.get(written);
            Item now = null;
            if (old != null && random.nextInt(3) == 0) {
                assertThat(dynamoDb.call("DeleteItem", json("{'TableName':'" + table + "','Key':{" + keyJson + "}}")))
                        .isEqualTo("{}");
                items.remove(written);
            } else {
                String item = "{" + keyJson + ",'v':{'N':'" + step + "'}"
                        + (random.nextInt(4) > 0 ? ",'l':{'S':'" + label() + "'}" : "")
                        + (random.nextInt(4) > 0 ? ",'g':{'S':'" + partition() + "'}" : "") + "}";
                now = new Item(attributes(item));
                assertThat(dynamoDb.call("PutItem", json("{'TableName':'" + table + "','Item':" + item + "}")))
                        .isEqualTo("{}");
                items.put(written, now);
            }
            drop("table", written, true);
            for (Map.Entry<String, KeySchema> each : indexes.entrySet()) {
                dropOf(each.getKey(), each.getValue(), old);
                dropOf(each.getKey(), each.getValue(), now);
            }
        }

        private void dropOf(String scope, KeySchema schema, @Nullable Item image) {
            if (image == null) {
                return;
            }
            try {
                drop(scope, ItemKey.of(schema, image), false);
            } catch (InvalidKeyException e) {
                // Sparse: the image is not in this index.
                assertThat(image.attributes())
                        .as(scope)
                        .satisfiesAnyOf(
                                attributes -> assertThat(attributes).doesNotContainKey("l"),
                                attributes -> assertThat(attributes).doesNotContainKey("g"));
            }
        }

        private void drop(String scope, ItemKey touched, boolean exact) {
            for (String body : index.takeTouched(scope, touched)) {
                String before = pages.remove(body);
                dropped++;
                if (exact && dynamoDb.call("Query", body).equals(before)) {
                    needlessOnTable++;
                }
            }
        }

        void checkAll(int step) {
            pages.forEach((body, answer) -> assertThat(dynamoDb.call("Query", body))
                    .as("%s, step %d: %s", name, step, body)
                    .isEqualTo(answer));
        }

        private String partition() {
            return "p" + random.nextInt(2);
        }

        private String label() {
            return List.of("a", "ab", "abc", "b", "é", "\uD83D\uDE00", "\uFF5E").get(random.nextInt(7));
        }

        private String sort() {
            int n = random.nextInt(SORT_KEYS);
            return switch (type) {
                case S ->
                    "{'S':'"
                            + List.of("a", "ab", "abc", "b", "é", "\uD83D\uDE00", "\uFF5E", "B", "aa", "~", "a b", "zz")
                                    .get(n)
                            + "'}";
                case N ->
                    "{'N':'"
                            + List.of("0", "-1", "1", "10", "9", "1.5", "-1.5", "1e20", "-1e20", "1e-20", "100", "99")
                                    .get(n)
                            + "'}";
                case B -> "{'B':'" + Base64.getEncoder().encodeToString(binary(n)) + "'}";
            };
        }

        private static byte[] binary(int n) {
            return new byte[][] {
                        {0}, {0, 0}, {1}, {127}, {-128}, {-1}, {-1, -1}, {-1, 0}, {1, 2}, {1, -1}, {2}, {127, 127}
                    }
                    [n];
        }

        private Map<String, AttributeValue> attributes(String item) throws NotUnderstoodException {
            JsonCursor cursor = JsonSlice.of(json(item)).cursor();
            return ValueReader.readMap(cursor);
        }

        private static String json(String singleQuoted) {
            return singleQuoted.replace('\'', '"');
        }
    }
}
