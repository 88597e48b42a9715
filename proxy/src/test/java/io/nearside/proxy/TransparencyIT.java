package io.nearside.proxy;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.proxy.TransparencyScript.Kept;
import io.nearside.proxy.TransparencyScript.Line;
import io.nearside.proxy.operation.Effect;
import io.nearside.proxy.operation.Operation;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

/**
 * Promise P8: hundreds of calls of every operation, right and wrong ones, get through the proxy what they get straight at
 * DynamoDB Local, reads from memory included: as bytes on the wire, as model objects and exceptions of the AWS SDK, and as
 * output of the AWS CLI. Only ids, moments and amounts of capacity may differ.
 *
 * <p>A process of the CLI takes most of a second of processor, so that only the first part of {@code aws-cli.txt} is asked;
 * {@code -Dnearside.transparency.cli=all} asks the rest too, which has every operation of DynamoDB Local.
 */
class TransparencyIT {

    /** Reads are asked this often, so that answers from memory are compared too. */
    private static final int TIMES = 3;

    /** With the SDK once more than it takes to have it from memory would show nothing new. */
    private static final int SDK_TIMES = 2;

    /** DynamoDB Local has no replicas, so pages of indexes may be kept at once. */
    private static final String COHERENCE = "coherence: {index-settle-window: 0ms, recent-write-window: 0ms}";

    private static EmbeddedDynamoDb dynamoDb;

    @BeforeAll
    static void start() {
        dynamoDb = EmbeddedDynamoDb.start(6);
    }

    @AfterAll
    static void stop() {
        dynamoDb.close();
    }

    @Test
    void everyCall_answersAsDynamoDb() {
        List<String> differences = new ArrayList<>();
        Map<Operation, Integer> hits = new EnumMap<>(Operation.class);
        int calls = 0;
        try (ProxyServer proxy = TestProxy.start(dynamoDb.endpoint(1), COHERENCE)) {
            Side straight = new Side(dynamoDb.endpoint(0));
            Side proxied = new Side(TestProxy.endpoint(proxy));
            for (Line line : TransparencyScript.read()) {
                if (!line.isCall()) {
                    straight.keep(line.body());
                    proxied.keep(line.body());
                    continue;
                }
                Operation operation = TransparencyScript.operation(line.operation());
                String expected = straight.ask(operation, line.body());
                for (int time = 1; time <= (operation.effect() == Effect.READ ? TIMES : 1); time++) {
                    String seen = proxied.ask(operation, line.body());
                    calls++;
                    // DynamoDB Local has no checksum on its errors; the service does.
                    assertThat(proxied.last.header("x-amz-crc32")).isEqualTo(proxied.last.crc32());
                    assertThat(proxied.last.header("x-amzn-requestid")).isNotEmpty();
                    String cache = proxied.last.header("x-nearside-cache");
                    count(hits, operation, cache);
                    compare(line, time, cache, expected, seen, differences);
                }
            }
        }
        System.out.println("transparency: " + calls + " calls, hits " + hits);
        assertThat(String.join("\n", differences)).isEmpty();
        assertThat(hits.get(Operation.GET_ITEM)).isGreaterThan(100);
        assertThat(hits.get(Operation.QUERY)).isGreaterThan(60);
    }

    /** What the SDK's unmarshalling makes of an answer, and which exception of an error. */
    @Test
    void everyCallOfTheSdk_getsTheSameObjectsAndExceptions() {
        List<String> differences = new ArrayList<>();
        Map<Operation, Integer> hits = new EnumMap<>(Operation.class);
        Set<String> asked = new TreeSet<>();
        int calls = 0;
        int notExpressible = 0;
        try (ProxyServer proxy = TestProxy.start(dynamoDb.endpoint(3), COHERENCE);
                SdkCaller straight = new SdkCaller(dynamoDb.endpoint(2));
                SdkCaller proxied = new SdkCaller(TestProxy.endpoint(proxy))) {
            Kept ofStraight = new Kept();
            Kept ofProxied = new Kept();
            for (Line line : TransparencyScript.read()) {
                if (!line.isCall()) {
                    ofStraight.keep(line.body(), straight.last());
                    ofProxied.keep(line.body(), proxied.last());
                    continue;
                }
                Operation operation = TransparencyScript.operation(line.operation());
                try {
                    String expected = straight.ask(operation, ofStraight.filled(line.body()));
                    for (int time = 1; time <= (operation.effect() == Effect.READ ? SDK_TIMES : 1); time++) {
                        String seen = proxied.ask(operation, ofProxied.filled(line.body()));
                        calls++;
                        count(hits, operation, proxied.cache());
                        compare(line, time, proxied.cache(), expected, seen, differences);
                    }
                    asked.add(line.operation());
                } catch (SdkModel.NotExpressibleException e) {
                    notExpressible++;
                }
            }
        }
        System.out.println("transparency of the SDK: " + calls + " calls of " + asked.size() + " operations, hits "
                + hits + "; the SDK has no words for " + notExpressible + " more");
        assertThat(String.join("\n", differences)).isEmpty();
        assertThat(asked).containsAll(SdkCaller.operations());
        assertThat(notExpressible).isLessThan(calls / 10);
        assertThat(hits.get(Operation.GET_ITEM)).isGreaterThan(50);
        assertThat(hits.get(Operation.QUERY)).isGreaterThan(30);
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
        Kept ofStraight = new Kept();
        Kept ofProxied = new Kept();
        String straightSaid = "";
        String proxiedSaid = "";
        int commands = 0;
        try (ProxyServer proxy = TestProxy.start(dynamoDb.endpoint(5), COHERENCE)) {
            URI direct = dynamoDb.endpoint(4);
            URI through = TestProxy.endpoint(proxy);
            for (String line : cliLines()) {
                if (line.startsWith("@")) {
                    ofStraight.keep(line.substring(1), output(straightSaid));
                    ofProxied.keep(line.substring(1), output(proxiedSaid));
                    continue;
                }
                boolean again = line.startsWith("+ ");
                String command = again ? line.substring(2) : line;
                var straight = cli.start(direct, ofStraight.filled(command));
                var proxied = cli.start(through, ofProxied.filled(command));
                straightSaid = straight.get();
                proxiedSaid = proxied.get();
                commands++;
                assertThat(unordered(command, proxiedSaid)).as(command).isEqualTo(unordered(command, straightSaid));
                if (again) {
                    var repeated = cli.start(through, ofProxied.filled(command));
                    assertThat(unordered(command, repeated.get()))
                            .as("again: " + command)
                            .isEqualTo(unordered(command, straightSaid));
                }
            }
        }
        System.out.println("transparency of the AWS CLI: " + commands + " commands");
    }

    /** Those up to {@code == all}, unless all are wanted. */
    private static List<String> cliLines() {
        boolean all = System.getProperty("nearside.transparency.cli", "").equals("all");
        List<String> lines = new ArrayList<>();
        for (String line : TransparencyScript.resource("aws-cli.txt")) {
            if (line.equals("== all") && !all) {
                System.out.println(
                        "most commands of the AWS CLI are not compared; -Dnearside.transparency.cli=all does");
                break;
            }
            if (!line.isBlank() && !line.startsWith("#") && !line.startsWith("==")) {
                lines.add(line);
            }
        }
        return lines;
    }

    /**
     * What the CLI shows on success is JSON; the attributes of an item and the items of a batch have no order, and DynamoDB promises
     * none.
     */
    private static String unordered(String command, String exitAndOutput) {
        if (!exitAndOutput.startsWith("0 ")) {
            return exitAndOutput.replaceAll("127\\.0\\.0\\.1:\\d+", "*");
        }
        boolean batch = command.startsWith("dynamodb batch-get-item");
        Operation operation = batch ? Operation.BATCH_GET_ITEM : Operation.GET_ITEM;
        return "0 " + NormalForm.of(operation, output(exitAndOutput));
    }

    private static Object output(String exitAndOutput) {
        return JsonTree.parse(exitAndOutput.substring(2));
    }

    private static void count(Map<Operation, Integer> hits, Operation operation, String cache) {
        if (cache.startsWith("hit")) {
            hits.merge(operation, 1, Integer::sum);
        }
    }

    private static void compare(
            Line line, int time, String cache, String expected, String seen, List<String> differences) {
        if (!seen.equals(expected)) {
            differences.add("line %d, time %d, %s (%s)%n  asked    %s%n  straight %s%n  proxied  %s"
                    .formatted(
                            line.number(),
                            time,
                            line.operation(),
                            cache,
                            shortened(line.body()),
                            shortened(expected),
                            shortened(seen)));
        }
    }

    /** One of the two ways to DynamoDB, and what it answered last. */
    private static final class Side {

        private final URI endpoint;
        private final Kept kept = new Kept();
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
            last = RawHttp.send(
                    endpoint, "POST", "/", headers, kept.filled(body).getBytes(StandardCharsets.UTF_8));
            return last.status() + " " + last.header("content-type") + " "
                    + NormalForm.of(operation, JsonTree.parse(last.text()));
        }

        void keep(String nameAndPath) {
            kept.keep(nameAndPath, JsonTree.parse(last.text()));
        }
    }

    private static String shortened(String text) {
        return text.length() < 600 ? text : text.substring(0, 600) + "… (" + text.length() + ")";
    }
}
