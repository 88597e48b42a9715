package io.nearside.proxy;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.proxy.operation.Effect;
import io.nearside.proxy.operation.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

/**
 * Promise P8: hundreds of calls of every operation, right and wrong ones, get through the proxy what they get straight at
 * DynamoDB Local, reads from memory included. Only ids, moments and amounts of capacity may differ.
 */
class TransparencyIT {

    /** Reads are asked this often, so that answers from memory are compared too. */
    private static final int TIMES = 3;

    private static final Pattern CALL = Pattern.compile("([A-Z]\\w+) (.*)");
    private static final Pattern PLACEHOLDER = Pattern.compile("<(\\w+)>");
    private static final Pattern VARYING = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z?"
            + "|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
            + "|shardId-[0-9a-f-]+"
            + "|io\\.vertx\\S+");

    /** Ids and moments. */
    private static final Set<String> OPAQUE = Set.of(
            "TableId",
            "CreationDateTime",
            "CreationRequestDateTime",
            "ApproximateCreationDateTime",
            "LastUpdateToPayPerRequestDateTime",
            "LastIncreaseDateTime",
            "LastDecreaseDateTime",
            "LatestRestorableDateTime",
            "EarliestRestorableDateTime",
            "StartingSequenceNumber",
            "EndingSequenceNumber",
            "SequenceNumber",
            "ShardIterator",
            "NextShardIterator",
            "NextToken",
            "eventID");

    private static EmbeddedDynamoDb dynamoDb;
    private static ProxyServer proxy;

    @BeforeAll
    static void start() {
        dynamoDb = EmbeddedDynamoDb.start(2);
        // DynamoDB Local has no replicas, so pages of indexes may be kept at once.
        proxy = TestProxy.start(
                dynamoDb.endpoint(1), "coherence: {index-settle-window: 0ms, recent-write-window: 0ms}");
    }

    @AfterAll
    static void stop() {
        proxy.close();
        dynamoDb.close();
    }

    /** A call, or with an empty operation a member of the last answer that is kept under the name {@code body}. */
    private record Line(int number, String operation, String body) {}

    @Test
    void everyCall_answersAsDynamoDb() throws IOException {
        Side straight = new Side(dynamoDb.endpoint(0));
        Side proxied = new Side(TestProxy.endpoint(proxy));
        List<String> differences = new ArrayList<>();
        Map<Operation, Integer> hits = new EnumMap<>(Operation.class);
        int calls = 0;
        for (Line line : lines()) {
            if (line.operation.isEmpty()) {
                straight.keep(line.body);
                proxied.keep(line.body);
                continue;
            }
            Operation operation = operation(line.operation);
            String expected = straight.ask(operation, line.body);
            for (int time = 0; time < (operation.effect() == Effect.READ ? TIMES : 1); time++) {
                String seen = proxied.ask(operation, line.body);
                calls++;
                // DynamoDB Local has no checksum on its errors; the service does.
                assertThat(proxied.last.header("x-amz-crc32")).isEqualTo(proxied.last.crc32());
                assertThat(proxied.last.header("x-amzn-requestid")).isNotEmpty();
                if (proxied.last.header("x-nearside-cache").startsWith("hit")) {
                    hits.merge(operation, 1, Integer::sum);
                }
                if (!seen.equals(expected)) {
                    differences.add("line %d, time %d, %s (%s)%n  asked    %s%n  straight %s%n  proxied  %s"
                            .formatted(
                                    line.number,
                                    time + 1,
                                    line.operation,
                                    proxied.last.header("x-nearside-cache"),
                                    shortened(line.body),
                                    shortened(expected),
                                    shortened(seen)));
                }
            }
        }
        System.out.println("transparency: " + calls + " calls, hits " + hits);
        assertThat(String.join("\n", differences)).isEmpty();
        assertThat(hits.get(Operation.GET_ITEM)).isGreaterThan(100);
        assertThat(hits.get(Operation.QUERY)).isGreaterThan(60);
    }

    /** The CLI has its own marshalling, paging and idea of errors. */
    @Test
    void awsCli_seesNoDifference() throws Exception {
        AwsCli cli = AwsCli.find();
        if (cli == null) {
            String reason = "the AWS CLI is not compared: there is no aws on the PATH";
            System.out.println(reason);
            abort(reason);
            return;
        }
        URI direct = dynamoDb.endpoint(0);
        URI through = TestProxy.endpoint(proxy);
        new Side(direct).ask(Operation.CREATE_TABLE, CLI_TABLE);
        new Side(through).ask(Operation.CREATE_TABLE, CLI_TABLE);
        for (String command : CLI_COMMANDS) {
            var straight = cli.start(direct, command);
            var proxied = cli.start(through, command);
            assertThat(unordered(proxied.get())).as(command).isEqualTo(unordered(straight.get()));
            if (command.startsWith("get") || command.startsWith("query")) {
                assertThat(unordered(cli.start(through, command).get()))
                        .as("again: " + command)
                        .isEqualTo(unordered(straight.get()));
            }
        }
    }

    /** What the CLI shows on success is JSON; the attributes of an item have no order, and DynamoDB promises none. */
    private static String unordered(String exitAndOutput) {
        return exitAndOutput.startsWith("0 {")
                ? "0 " + normal(JsonTree.parse(exitAndOutput.substring(2)))
                : exitAndOutput;
    }

    private static final List<String> CLI_COMMANDS = List.of(
            "put-item --table-name cli --item {\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1.0\"},\"s\":{\"SS\":[\"x\"]}}",
            "get-item --table-name cli --key {\"pk\":{\"S\":\"a\"}}",
            "query --table-name cli --key-condition-expression pk=:p --expression-attribute-values {\":p\":{\"S\":\"a\"}}",
            "update-item --table-name cli --key {\"pk\":{\"S\":\"a\"}} --condition-expression attribute_not_exists(pk)",
            "scan --table-name cli --page-size 1");

    private static final String CLI_TABLE =
            "{\"TableName\":\"cli\",\"AttributeDefinitions\":[{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"}],"
                    + "\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"}],\"BillingMode\":\"PAY_PER_REQUEST\"}";

    /** One of the two ways to DynamoDB, and what it answered last. */
    private static final class Side {

        private final URI endpoint;
        private final Map<String, String> kept = new HashMap<>();
        private RawHttp.Response last = new RawHttp.Response(0, Map.of(), "", "");

        Side(URI endpoint) {
            this.endpoint = endpoint;
        }

        /** The answer, without what may differ. */
        String ask(Operation operation, String body) {
            Map<String, String> headers = Map.of(
                    "X-Amz-Target",
                    operation.target(),
                    "Content-Type",
                    "application/x-amz-json-1.0",
                    "Authorization",
                    "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request,"
                            + " SignedHeaders=host, Signature=0");
            last = RawHttp.send(endpoint, "POST", "/", headers, filled(body).getBytes(StandardCharsets.UTF_8));
            return last.status() + " " + last.header("content-type") + " "
                    + normal(operation, JsonTree.parse(last.text()));
        }

        void keep(String nameAndPath) {
            String[] words = nameAndPath.split(" ", 2);
            kept.put(words[0], String.valueOf(JsonTree.at(JsonTree.parse(last.text()), words[1])));
        }

        private String filled(String body) {
            return PLACEHOLDER
                    .matcher(body)
                    .replaceAll(name -> Matcher.quoteReplacement(
                            name.group(1).matches("\\d+")
                                    ? "x".repeat(Integer.parseInt(name.group(1)))
                                    : kept.getOrDefault(name.group(1), name.group())));
        }
    }

    private static String normal(Operation operation, Object answer) {
        Object normal = normal(answer);
        if (operation == Operation.BATCH_GET_ITEM && JsonTree.at(normal, "Responses") instanceof Map<?, ?> tables) {
            // Items come in no particular order.
            for (Object items : tables.values()) {
                if (items instanceof List<?> list) {
                    list.sort(Comparator.comparing(Object::toString));
                }
            }
        }
        return normal.toString();
    }

    private static Object normal(Object value) {
        if (value instanceof Map<?, ?> members) {
            Map<String, Object> normal = new TreeMap<>();
            members.forEach((name, member) -> normal.put((String) name, normal((String) name, member)));
            return normal;
        }
        if (value instanceof List<?> elements) {
            return new ArrayList<>(elements.stream().map(TransparencyIT::normal).toList());
        }
        return value instanceof String text ? VARYING.matcher(text).replaceAll("*") : value;
    }

    private static Object normal(String name, Object member) {
        if (OPAQUE.contains(name)) {
            return "*";
        }
        return switch (name) {
            case "ConsumedCapacity" -> withoutAmounts(normal(member));
            case "SS", "NS", "BS" ->
                member instanceof List<?> set
                        ? set.stream().map(Object::toString).sorted().toList()
                        : member;
            default -> normal(member);
        };
    }

    private static Object withoutAmounts(Object capacity) {
        if (capacity instanceof Map<?, ?> members) {
            Map<String, Object> without = new TreeMap<>();
            members.forEach((name, member) -> without.put((String) name, withoutAmounts(member)));
            return without;
        }
        if (capacity instanceof List<?> elements) {
            return elements.stream().map(TransparencyIT::withoutAmounts).toList();
        }
        return capacity instanceof JsonTree.Scalar ? "amount" : capacity;
    }

    private static Operation operation(String name) {
        for (Operation operation : Operation.values()) {
            if (operation.label().equals(name)) {
                return operation;
            }
        }
        throw new IllegalArgumentException("no operation " + name);
    }

    private static List<Line> lines() throws IOException {
        try (InputStream in = Objects.requireNonNull(TransparencyIT.class.getResourceAsStream("transparency.txt"))) {
            List<String> text = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            List<Line> lines = new ArrayList<>();
            for (int i = 2; i < text.size(); i++) {
                String line = text.get(i);
                Matcher call = CALL.matcher(line);
                if (line.startsWith("@")) {
                    lines.add(new Line(i + 1, "", line.substring(1)));
                } else if (call.matches()) {
                    lines.add(new Line(i + 1, call.group(1), call.group(2)));
                }
            }
            return lines;
        }
    }

    private static String shortened(String text) {
        return text.length() < 600 ? text : text.substring(0, 600) + "… (" + text.length() + ")";
    }
}
