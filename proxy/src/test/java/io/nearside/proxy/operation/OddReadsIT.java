package io.nearside.proxy.operation;

import io.nearside.proxy.operation.RealProxy.Reply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hazard C23: reads put together at random from parts that are right, unusual or wrong are answered by a proxy that has everything
 * in memory as DynamoDB Local answers them, with the same refusals.
 */
class OddReadsIT {

    private static final int ROUNDS = 700;
    private static final Pattern CAPACITY = Pattern.compile("ConsumedCapacity=[^=]*?\\{.*?\\}+(?:, )?");

    private static final List<String> TABLES = List.of(
            "\"odd-reads\"",
            "\"odd-reads\"",
            "\"odd-reads\"",
            "\"odd-reads\"",
            "\"odd-reads\"",
            "\"odd-reads\"",
            "\"odd-reads\"",
            "\"odd-reads\"",
            "\"odd-reads\"",
            "\"odd-absent\"",
            "\"od\"",
            "\"odd reads\"",
            "\"\"",
            "7",
            "null",
            "\"odd\\u002dreads\"");

    private static final List<String> KEYS = List.of(
            "{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"}}",
            "{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"}}",
            "{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"}}",
            "{\"sk\":{\"N\":\"1.0\"},\"pk\":{\"S\":\"a\"}}",
            "{\"sk\":{\"N\":\"1e0\"},\"pk\":{\"S\":\"\\u0061\"}}",
            "{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"2\"}}",
            "{\"pk\":{\"S\":\"none\"},\"sk\":{\"N\":\"1\"}}",
            "{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\" 1\"}}",
            "{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"+1\"}}",
            "{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"0x1\"}}",
            "{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1.\"}}",
            "{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1e200\"}}",
            "{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"100000000000000000000000000000000000000001\"}}",
            "{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":1}}",
            "{\"pk\":{\"S\":\"a\"},\"sk\":{\"S\":\"1\"}}",
            "{\"pk\":{\"S\":\"\"},\"sk\":{\"N\":\"1\"}}",
            "{\"pk\":{\"S\":null},\"sk\":{\"N\":\"1\"}}",
            "{\"pk\":{\"S\":\"a\",\"N\":\"1\"},\"sk\":{\"N\":\"1\"}}",
            "{\"pk\":{\"S\":\"a\",\"S\":\"a\"},\"sk\":{\"N\":\"1\"}}",
            "{\"pk\":{\"S\":\"a\",\"X\":\"1\"},\"sk\":{\"N\":\"1\"}}",
            "{\"pk\":{},\"sk\":{\"N\":\"1\"}}",
            "{\"pk\":{\"S\":\"a\"}}",
            "{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"},\"v\":{\"S\":\"x\"}}",
            "{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"},\"pk\":{\"S\":\"a\"}}",
            "{\"pk\":{\"S\":\"a\"},\"sk\":{\"NULL\":true}}",
            "{\"pk\":{\"L\":[]},\"sk\":{\"N\":\"1\"}}",
            "{}",
            "[]",
            "null",
            "{\"pk\":{\"S\":\"" + "x".repeat(2049) + "\"},\"sk\":{\"N\":\"1\"}}");

    private static final List<String> PATHS = List.of(
            "v",
            "m",
            "m.a",
            "m.l[0]",
            "l",
            "l[1]",
            "pk",
            "sk",
            "g",
            "pk.a",
            "pk[0]",
            "sk.x",
            "g.a",
            "g[2]",
            "i[0]",
            "#v",
            "#v.a",
            "#m.#a",
            "#pk.a",
            "#pk",
            "#x",
            "m.#pk",
            "m.pk",
            "name",
            "#n",
            "a b",
            "v[-1]",
            "v[01]",
            "v[ 0 ]",
            "m . a",
            "m..a",
            "m.",
            "[0]",
            "zz.zz",
            "v:x",
            ":v",
            "1a",
            "_a",
            "m.1",
            "m[99999999999]",
            "#",
            "m.a.b.c.d",
            "\u00e9");

    private static final List<String> NAMES = List.of(
            "\"#v\":\"v\"",
            "\"#m\":\"m\"",
            "\"#a\":\"a\"",
            "\"#pk\":\"pk\"",
            "\"#n\":\"name\"",
            "\"#x\":\"a.b\"",
            "\"#v\":\"\"",
            "\"v\":\"v\"",
            "\"#unused\":\"v\"",
            "\"#v\":7",
            "\"#v\":null",
            "\"#\u00e9\":\"v\"",
            "\"#n\":\"" + "n".repeat(256) + "\"");

    private static final List<String> BOOLEANS =
            List.of("true", "false", "false", "\"true\"", "1", "null", "\"\"", "{}");

    private static final List<String> CAPACITIES =
            List.of("\"NONE\"", "\"NONE\"", "\"TOTAL\"", "\"INDEXES\"", "\"none\"", "\"\"", "null", "1");

    private static RealProxy proxy;

    private final List<String> differences = new ArrayList<>();
    private int hits;

    @BeforeAll
    static void start() {
        proxy = new RealProxy("cache: {scans: true}\n");
        Reply made = proxy.askDirectly("CreateTable", """
                {"TableName":"odd-reads","BillingMode":"PAY_PER_REQUEST",
                "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"},
                {"AttributeName":"g","AttributeType":"S"},{"AttributeName":"i","AttributeType":"B"}],
                "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
                "GlobalSecondaryIndexes":[{"IndexName":"by-g","Projection":{"ProjectionType":"KEYS_ONLY"},
                "KeySchema":[{"AttributeName":"g","KeyType":"HASH"}]}],
                "LocalSecondaryIndexes":[{"IndexName":"by-i","Projection":{"ProjectionType":"ALL"},
                "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"i","KeyType":"RANGE"}]}]}""");
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        for (String sort : List.of("1", "2", "3")) {
            Reply put = proxy.askDirectly("PutItem", """
                    {"TableName":"odd-reads","Item":{"pk":{"S":"a"},"sk":{"N":"%s"},"g":{"S":"x"},"i":{"B":"AA=="},"v":{"S":"v"},
                    "l":{"L":[{"S":"0"},{"S":"1"}]},"m":{"M":{"a":{"S":"A"},"l":{"L":[{"N":"0"}]},"pk":{"S":"inner"}}}}}""".formatted(sort));
            assertThat(put.status()).as(put.body()).isEqualTo(200);
        }
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void getItem_putTogetherAtRandom_isAnsweredAsByDynamoDb(long seed) {
        Random random = new Random(seed);
        for (String key : KEYS) {
            sameAnswers("GetItem", "{\"TableName\":\"odd-reads\",\"Key\":" + key + "}");
        }
        for (String path : PATHS) {
            for (String more : List.of(
                    "",
                    ",\"ExpressionAttributeNames\":{\"#v\":\"v\"}",
                    ",\"ExpressionAttributeNames\":{\"#pk\":\"pk\"}")) {
                sameAnswers(
                        "GetItem",
                        "{\"TableName\":\"odd-reads\",\"Key\":" + KEYS.get(0) + ",\"ProjectionExpression\":\"" + path
                                + "\"" + more + "}");
            }
        }
        for (int i = 0; i < ROUNDS; i++) {
            List<String> members = readOptions(random);
            members.add("\"TableName\":" + any(random, TABLES));
            members.add("\"Key\":" + any(random, KEYS));
            maybe(random, 10, () -> members.add("\"ReturnConsumedCapacity\":" + any(random, CAPACITIES)));
            sameAnswers("GetItem", object(random, members));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void batchGetItem_putTogetherAtRandom_isAnsweredAsByDynamoDb(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            List<String> members = readOptions(random);
            List<String> keys = new ArrayList<>();
            do {
                keys.add(random.nextInt(3) == 0 ? any(random, KEYS) : KEYS.get(random.nextInt(7)));
            } while (random.nextInt(3) == 0);
            members.add("\"Keys\":[" + String.join(",", keys) + "]");
            String table = any(random, TABLES);
            String items =
                    "{" + (table.startsWith("\"") ? table : "\"odd-reads\"") + ":" + object(random, members) + "}";
            List<String> outer = new ArrayList<>(List.of("\"RequestItems\":" + items));
            maybe(random, 10, () -> outer.add("\"ReturnConsumedCapacity\":" + any(random, CAPACITIES)));
            sameAnswers("BatchGetItem", object(random, outer));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void query_putTogetherAtRandom_isAnsweredAsByDynamoDb(long seed) {
        Random random = new Random(seed);
        List<String> conditions = List.of(
                "pk=:p",
                "pk=:p",
                "pk=:p AND sk>:n",
                "pk = :p and sk between :n and :n",
                "sk=:n",
                "pk=:p AND v=:p",
                "pk>:p",
                "#pk=:p",
                "pk=:n",
                "pk=:p AND pk=:p",
                "(pk=:p)",
                "((pk=:p))",
                "pk=:p AND begins_with(sk,:n)",
                "g=:x",
                ":p=pk",
                "pk=:p AND sk=:undefined",
                "pk.a=:p",
                "pk=:p OR sk=:n",
                "NOT pk=:p",
                "pk=:e",
                "i=:b AND pk=:p",
                "");
        List<String> filters = List.of(
                "v=:p",
                "pk=:p",
                "attribute_exists(v)",
                "g=:x",
                "size(v)>:n",
                "v IN (:p,:x)",
                "v=:p OR v=:p",
                "NOT NOT v=:p",
                "sk=:n",
                "m.a=:p",
                "pk.a=:p",
                "g.a=:x",
                "contains(v,:p)",
                "v=v",
                "attribute_type(v,:p)",
                "i=:b",
                "");
        List<String> values = List.of(
                "\":p\":{\"S\":\"a\"}",
                "\":n\":{\"N\":\"1\"}",
                "\":x\":{\"S\":\"x\"}",
                "\":e\":{\"S\":\"\"}",
                "\":b\":{\"B\":\"AA==\"}");
        List<String> starts = List.of(
                "{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"}}",
                "{\"pk\":{\"S\":\"b\"},\"sk\":{\"N\":\"1\"}}",
                "{\"pk\":{\"S\":\"a\"}}",
                "{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"},\"g\":{\"S\":\"x\"}}",
                "{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"},\"i\":{\"B\":\"AA==\"}}",
                "{\"pk\":{\"S\":\"a\"},\"sk\":{\"S\":\"1\"}}",
                "{}",
                "null");
        for (int i = 0; i < 2 * ROUNDS; i++) {
            boolean scan = random.nextInt(4) == 0;
            List<String> members = readOptions(random);
            members.add("\"TableName\":\"odd-reads\"");
            StringBuilder used = new StringBuilder();
            if (!scan) {
                String condition = any(random, conditions);
                used.append(condition);
                members.add("\"KeyConditionExpression\":\"" + condition + "\"");
            }
            maybe(random, 4, () -> {
                String filter = any(random, filters);
                used.append(' ').append(filter);
                members.add("\"FilterExpression\":\"" + filter + "\"");
            });
            boolean exact = random.nextInt(12) != 0;
            List<String> given = new ArrayList<>(values.stream()
                    .filter(value -> !exact || used.indexOf(value.substring(1, 3)) >= 0)
                    .toList());
            if (!given.isEmpty()) {
                members.add("\"ExpressionAttributeValues\":{" + String.join(",", given) + "}");
            }
            maybe(
                    random,
                    4,
                    () -> members.add("\"IndexName\":"
                            + any(random, List.of("\"by-g\"", "\"by-i\"", "\"no-such\"", "\"\"", "null"))));
            maybe(
                    random,
                    5,
                    () -> members.add("\"Select\":"
                            + any(
                                    random,
                                    List.of(
                                            "\"COUNT\"",
                                            "\"ALL_ATTRIBUTES\"",
                                            "\"ALL_PROJECTED_ATTRIBUTES\"",
                                            "\"SPECIFIC_ATTRIBUTES\"",
                                            "\"count\"",
                                            "null"))));
            maybe(
                    random,
                    5,
                    () -> members.add(
                            "\"Limit\":" + any(random, List.of("1", "2", "0", "-1", "1.5", "\"1\"", "null"))));
            maybe(random, 6, () -> members.add("\"ExclusiveStartKey\":" + any(random, starts)));
            maybe(random, 8, () -> members.add("\"ScanIndexForward\":" + any(random, BOOLEANS)));
            maybe(random, 10, () -> members.add("\"ReturnConsumedCapacity\":" + any(random, CAPACITIES)));
            sameAnswers(scan ? "Scan" : "Query", object(random, members));
        }
    }

    @AfterEach
    void nothingDiffered() {
        assertThat(differences).isEmpty();
        assertThat(hits).as("answers from memory").isGreaterThan(100);
    }

    /** What GetItem, the tables of BatchGetItem, Query and Scan have in common. */
    private static List<String> readOptions(Random random) {
        List<String> members = new ArrayList<>();
        maybe(random, 2, () -> {
            List<String> paths = new ArrayList<>();
            do {
                paths.add(any(random, PATHS));
            } while (random.nextInt(3) == 0);
            String expression = String.join(random.nextBoolean() ? "," : " , ", paths);
            members.add("\"ProjectionExpression\":\"" + expression + "\"");
            List<String> names = new ArrayList<>(NAMES.stream()
                    .filter(name -> expression.contains(name.substring(1, name.indexOf('"', 1))))
                    .filter(name -> random.nextInt(4) != 0)
                    .toList());
            maybe(random, 15, () -> names.add(any(random, NAMES)));
            if (!names.isEmpty()) {
                members.add("\"ExpressionAttributeNames\":{" + String.join(",", names) + "}");
            }
        });
        maybe(
                random,
                12,
                () -> members.add("\"AttributesToGet\":"
                        + any(
                                random,
                                List.of(
                                        "[\"v\"]",
                                        "[\"v\",\"m\"]",
                                        "[\"pk.a\"]",
                                        "[\"m.a\"]",
                                        "[\"v\",\"v\"]",
                                        "[]",
                                        "[\"\"]",
                                        "[null]",
                                        "[1]",
                                        "null",
                                        "\"v\""))));
        maybe(random, 8, () -> members.add("\"ConsistentRead\":" + any(random, BOOLEANS)));
        maybe(
                random,
                15,
                () -> members.add(any(
                        random,
                        List.of(
                                "\"Foo\":1",
                                "\"\":{}",
                                "\"Select\":\"COUNT\"",
                                "\"ExpressionAttributeValues\":{\":v\":{\"S\":\"a\"}}",
                                "\"FilterExpression\":\"v=:v\"",
                                "\"ProjectionExpression\":null"))));
        return members;
    }

    private static String object(Random random, List<String> members) {
        List<String> shuffled = new ArrayList<>(members);
        Collections.shuffle(shuffled, random);
        return "{" + String.join(random.nextInt(5) == 0 ? " ,\n" : ",", shuffled) + "}";
    }

    private static String any(Random random, List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static void maybe(Random random, int oneIn, Runnable step) {
        if (random.nextInt(oneIn) == 0) {
            step.run();
        }
    }

    /** Asked twice: what the first time came from DynamoDB may come from memory the second time. */
    private void sameAnswers(String operation, String body) {
        Reply direct = proxy.askDirectly(operation, body);
        for (int i = 0; i < 2; i++) {
            Reply proxied = proxy.ask(operation, body);
            hits += proxied.cache().startsWith("hit") ? 1 : 0;
            if (proxied.status() != direct.status() || !comparable(proxied).equals(comparable(direct))) {
                differences.add("%s %s%nDynamoDB: %d %s%nproxy:    %d %s (%s)"
                        .formatted(
                                operation,
                                body,
                                direct.status(),
                                direct.body(),
                                proxied.status(),
                                proxied.body(),
                                proxied.cache()));
            }
        }
    }

    private static String comparable(Reply reply) {
        String whole = Answers.unordered(reply.body());
        // What an answer from memory costs is another matter, and so is the order in which a refusal lists several
        // names.
        return reply.status() == 200 ? CAPACITY.matcher(whole).replaceAll("") : whole;
    }
}
