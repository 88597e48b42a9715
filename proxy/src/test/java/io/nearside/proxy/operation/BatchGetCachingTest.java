package io.nearside.proxy.operation;

import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.cache.CachedTable;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.ItemCacheSettings;
import io.nearside.proxy.cache.TablePolicies;
import io.nearside.proxy.cache.TablePolicy;
import io.nearside.proxy.cache.VirtualTicker;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.operation.ScriptedUpstream.Call;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.nearside.proxy.operation.ProxyFixture.ITEM;
import static io.nearside.proxy.operation.ProxyFixture.outcome;
import static io.nearside.proxy.operation.ProxyFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

/** Hazards C1, C2, C11, C21, C22, C23, C30 and C32, seen from BatchGetItem. */
class BatchGetCachingTest {

    private static final String A = "{\"pk\":{\"S\":\"a\"},\"v\":{\"N\":\"1\"}}";
    private static final String B = "{\"pk\":{\"S\":\"b\"},\"v\":{\"N\":\"2\"}}";

    private final ProxyFixture f = new ProxyFixture();

    @Test
    void batch_partlyInMemory_asksOnlyForTheRestAndKeepsIt() {
        f.cached();

        Future<Answer> batch = batch(orders("a", "b", "c"));
        Call call = f.upstream.next();
        call.answer("{\"Responses\":{\"orders\":[" + B + "]},\"UnprocessedKeys\":{}}");

        assertThat(call.body())
                .isEqualTo(
                        "{\"RequestItems\":{\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"b\"}},{\"pk\":{\"S\":\"c\"}}]}}}");
        assertThat(outcome(batch)).isEqualTo(CacheOutcome.MISS);
        assertThat(text(batch)).isEqualTo("{\"Responses\":{\"orders\":[" + A + "," + B + "]},\"UnprocessedKeys\":{}}");
        assertThat(batch.result().requestId()).isEqualTo("upstream-id");

        Future<Answer> again = batch(orders("c", "b", "a"));
        assertThat(outcome(again)).isEqualTo(CacheOutcome.HIT);
        assertThat(text(again)).isEqualTo("{\"Responses\":{\"orders\":[" + B + "," + A + "]},\"UnprocessedKeys\":{}}");
        assertThat(text(f.ask(Operation.GET_ITEM, "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"c\"}}}")))
                .isEqualTo("{}");
    }

    @Test
    void batch_withNothingInMemory_passesBytesThroughBothWaysAndKeepsWhatTheySay() {
        String body = request("\"orders\":{ \"Keys\" : [ {\"pk\":{\"S\":\"a\"}} ] },"
                + "\"lines\":{\"Keys\":[{\"sk\":{\"N\":\"1.0\"},\"pk\":{\"S\":\"p\"}}]}");
        String answer =
                "{\"UnprocessedKeys\":{},\"Responses\":{\"lines\":[{\"pk\":{\"S\":\"p\"},\"sk\":{\"N\":\"1\"}}],"
                        + "\"orders\":[" + A + "]},\"SomethingNew\":1}";

        Future<Answer> batch = batch(body);
        Call call = f.upstream.next();
        call.answer(answer);

        assertThat(call.body()).isEqualTo(body);
        assertThat(text(batch)).isEqualTo(answer);
        assertThat(text(f.get())).isEqualTo(ITEM);
        assertThat(outcome(f.ask(
                        Operation.GET_ITEM,
                        "{\"TableName\":\"lines\",\"Key\":{\"pk\":{\"S\":\"p\"},\"sk\":{\"N\":\"1\"}}}")))
                .isEqualTo(CacheOutcome.HIT);
    }

    @Test
    void batch_wholeInMemory_isAsOldAsItsOldestItem() {
        f.cached();
        f.ticker.advance(Duration.ofSeconds(2));
        f.ask(Operation.GET_ITEM, "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"b\"}}}");
        f.upstream.next().answer("{\"Item\":" + B + "}");
        f.ticker.advance(Duration.ofSeconds(1));

        Future<Answer> batch = batch(orders("b", "a"));

        assertThat(outcome(batch)).isEqualTo(CacheOutcome.HIT);
        assertThat(batch.result().ageMillis()).isEqualTo(43_000);
        assertThat(f.upstream.isIdle()).isTrue();
    }

    @Test
    void batch_partlyUnprocessed_passesThatOnInTheCallersMannerAndCallsNothingAbsent() {
        f.cached();

        Future<Answer> batch = batch(request("\"orders\":{\"ProjectionExpression\":\"#v\",\"Keys\":"
                + keys("a", "b", "c") + ",\"ExpressionAttributeNames\":{\"#v\":\"v\"}}"));
        Call call = f.upstream.next();
        call.answer("{\"Responses\":{\"orders\":[" + B + "]},"
                + "\"UnprocessedKeys\":{\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"c\"}}]}}}");

        assertThat(call.body()).doesNotContain("Projection");
        assertThat(text(batch))
                .isEqualTo("{\"Responses\":{\"orders\":[{\"v\":{\"N\":\"1\"}},{\"v\":{\"N\":\"2\"}}]},"
                        + "\"UnprocessedKeys\":{\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"c\"}}],"
                        + "\"ProjectionExpression\":\"#v\",\"ExpressionAttributeNames\":{\"#v\":\"v\"}}}}");
        assertThat(outcome(batch(orders("a", "b")))).isEqualTo(CacheOutcome.HIT);
        batch(orders("c"));
        assertThat(f.upstream.isIdle()).isFalse();
    }

    @Test
    void batch_concurrentOnesThatLackTheSameKeys_shareOneCall() {
        f.cached();
        String capacity = ",\"ReturnConsumedCapacity\":\"TOTAL\"}";
        Future<Answer> first = batch(orders("b", "c").replaceFirst("}$", capacity));
        Future<Answer> second = batch(orders("c", "a", "b").replaceFirst("}$", capacity));
        String answer = "{\"Responses\":{\"orders\":[" + B + "]},\"UnprocessedKeys\":{},"
                + "\"ConsumedCapacity\":[{\"TableName\":\"orders\",\"CapacityUnits\":1.0}]}";
        f.upstream.next().answer(answer);

        assertThat(f.upstream.isIdle()).isTrue();
        assertThat(text(first)).isEqualTo(answer);
        assertThat(outcome(second)).isEqualTo(CacheOutcome.COALESCED);
        assertThat(second.result().requestId()).isNull();
        assertThat(text(second))
                .isEqualTo("{\"Responses\":{\"orders\":[" + A + "," + B + "]},\"UnprocessedKeys\":{},"
                        + "\"ConsumedCapacity\":[{\"TableName\":\"orders\",\"CapacityUnits\":0.0}]}");
    }

    @Test
    void batch_afterAWriteThatEndedMeanwhile_doesNotShareTheOlderCall() {
        batch(orders("a", "b"));
        Call old = f.upstream.next();
        f.ask(Operation.DELETE_ITEM, "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}");
        f.upstream.next().answer("{}");

        Future<Answer> after = batch(orders("a", "b"));
        old.answer("{\"Responses\":{\"orders\":[" + A + "," + B + "]},\"UnprocessedKeys\":{}}");
        assertThat(after.isComplete()).isFalse();
        f.upstream.next().answer("{\"Responses\":{\"orders\":[" + B + "]},\"UnprocessedKeys\":{}}");

        assertThat(text(after)).doesNotContain("\"a\"");
    }

    @Test
    void batch_strongOnOneTable_asksForAllOfItAndRenewsTheEntries() {
        f.cached();
        String newer = "{\"pk\":{\"S\":\"a\"},\"v\":{\"N\":\"7\"}}";

        Future<Answer> batch = batch(request("\"orders\":{\"ConsistentRead\":true,\"Keys\":" + keys("a") + "}"));
        f.upstream.next().answer("{\"Responses\":{\"orders\":[" + newer + "]},\"UnprocessedKeys\":{}}");

        assertThat(outcome(batch)).isEqualTo(CacheOutcome.BYPASS);
        assertThat(text(f.get())).isEqualTo("{\"Item\":" + newer + "}");
    }

    @Test
    void batch_noCache_asksForAllAndRenewsTheEntries() {
        f.cached();

        Future<Answer> batch = f.ask(Operation.BATCH_GET_ITEM, orders("a"), CacheControl.NO_CACHE);
        f.upstream.next().answer("{\"Responses\":{\"orders\":[]},\"UnprocessedKeys\":{}}");

        assertThat(outcome(batch)).isEqualTo(CacheOutcome.REFRESH);
        assertThat(text(f.get())).isEqualTo("{}");
    }

    @Test
    void batch_withAMaximalAge_asksForWhatIsOlder() {
        f.cached();
        f.ask(Operation.GET_ITEM, "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"b\"}}}");
        f.upstream.next().answer("{\"Item\":" + B + "}");

        f.ask(Operation.BATCH_GET_ITEM, orders("a", "b"), new CacheControl(false, 1000));

        assertThat(f.upstream.next().body()).contains("\"a\"").doesNotContain("\"b\"");
    }

    @Test
    void batch_ofAKeyWrittenRecently_asksForItsTablesRestStrongly() {
        f.cached();
        f.ask(Operation.GET_ITEM, "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"b\"}}}");
        f.upstream.next().answer("{\"Item\":" + B + "}");
        f.ask(Operation.PUT_ITEM, "{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"}}}");
        f.upstream.next().refuse("ConditionalCheckFailedException");

        batch(orders("a", "b"));

        assertThat(f.upstream.next().body())
                .isEqualTo(
                        "{\"RequestItems\":{\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}}],\"ConsistentRead\":true}}}");
    }

    @Test
    void batch_overtakenByAWrite_isNotKept() {
        batch(orders("a", "b"));
        Call call = f.upstream.next();
        f.ask(Operation.UPDATE_ITEM, "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}");
        f.upstream.next().answer("{}");
        call.answer("{\"Responses\":{\"orders\":[" + A + "," + B + "]},\"UnprocessedKeys\":{}}");

        batch(orders("a", "b"));

        assertThat(f.upstream.next().body()).contains("\"a\"").doesNotContain("\"b\"");
    }

    @Test
    void batch_wantingCapacity_hearsWhatDynamoDbsPartConsumedAndThatMemoryConsumesNothing() {
        f.cached();
        String capacity = ",\"ReturnConsumedCapacity\":\"TOTAL\"}";
        String one = orders("a").replaceFirst("}$", capacity);
        String two = request("\"orders\":{\"Keys\":" + keys("a") + "},\"lines\":{\"Keys\":[{\"sk\":{\"N\":\"1\"},"
                        + "\"pk\":{\"S\":\"p\"}}]}")
                .replaceFirst("}$", capacity);

        Future<Answer> hit = batch(one);
        Future<Answer> part = batch(two);
        f.upstream
                .next()
                .answer("{\"Responses\":{\"lines\":[]},\"UnprocessedKeys\":{},"
                        + "\"ConsumedCapacity\":[{\"TableName\":\"lines\",\"CapacityUnits\":0.5}]}");

        assertThat(text(hit)).endsWith(",\"ConsumedCapacity\":[{\"TableName\":\"orders\",\"CapacityUnits\":0.0}]}");
        assertThat(text(part))
                .isEqualTo("{\"Responses\":{\"orders\":[" + A + "],\"lines\":[]},\"UnprocessedKeys\":{},"
                        + "\"ConsumedCapacity\":[{\"TableName\":\"lines\",\"CapacityUnits\":0.5},"
                        + "{\"TableName\":\"orders\",\"CapacityUnits\":0.0}]}");
    }

    @Test
    void batch_whoseRestIsRefused_isRefused() {
        f.cached();

        Future<Answer> batch = batch(orders("a", "b"));
        f.upstream.next().refuse("ProvisionedThroughputExceededException");

        assertThat(batch.result().status()).isEqualTo(400);
        assertThat(f.isCached()).isTrue();
    }

    @Test
    void batch_whoseRestIsAnsweredInUnknownWords_isAskedAgainAsTheCallerSaidIt() {
        f.cached();

        Future<Answer> batch = batch(orders("a", "b"));
        f.upstream.next().answer("{\"Responses\":{\"lines\":[]}}");
        Call again = f.upstream.next();
        again.answer("{\"Responses\":{\"orders\":[]}}");

        assertThat(again.body()).isEqualTo(orders("a", "b"));
        assertThat(text(batch)).isEqualTo("{\"Responses\":{\"orders\":[]}}");
    }

    @Test
    void batch_whileOthersCannotBeHeard_goesToDynamoDb() {
        f.cached();
        f.hearsOthers = false;

        Future<Answer> batch = batch(orders("a"));
        f.upstream.next().answer("{\"Responses\":{\"orders\":[]},\"UnprocessedKeys\":{}}");

        assertThat(outcome(batch)).isEqualTo(CacheOutcome.BYPASS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}},{\"pk\":{\"S\":\"\\u0061\"}}]}",
                "\"orders\":{\"Keys\":[]}",
                "\"orders\":{}",
                "",
                "\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}}]},\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}}]}",
                "\"nowhere\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}}]},\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}}]}",
                "\"orders\":{\"Keys\":[{\"pk\":{\"N\":\"1\"}}]}",
                "\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}}],\"SomethingNew\":1}",
                "\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}}],\"ProjectionExpression\":\"v,v\"}",
                "\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}}],\"AttributesToGet\":[]}",
                "\"arn:aws:dynamodb:eu-west-1:1:table/orders\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}}]}",
            })
    void batch_notPlainlyUnderstood_isLeftToDynamoDbAsItIs(String parts) {
        f.cached();

        Future<Answer> batch = batch(request(parts));
        Call call = f.upstream.next();
        call.answer(400, "{\"__type\":\"com.amazon.coral.validate#ValidationException\"}");

        assertThat(call.body()).isEqualTo(request(parts));
        assertThat(outcome(batch)).isEqualTo(CacheOutcome.BYPASS);
        assertThat(batch.result().status()).isEqualTo(400);
    }

    @Test
    void batch_ofTooManyKeys_isLeftToDynamoDbAsItIs() {
        f.cached();
        String[] keys = IntStream.range(0, 101).mapToObj(i -> "k" + i).toArray(String[]::new);

        batch(orders(keys));

        assertThat(f.upstream.next().body()).isEqualTo(orders(keys));
    }

    @Test
    void batch_heavierThanDynamoDbAnswers_leavesTheRestUnprocessed() throws Exception {
        VirtualTicker ticker = new VirtualTicker();
        Duration minute = Duration.ofMinutes(1);
        ItemCache cache = new ItemCache(
                new ItemCacheSettings(
                        64 << 20, TablePolicies.same(TablePolicy.ofTtls(minute, minute, minute)), minute, minute),
                ticker,
                Runnable::run);
        CachedTable table = cache.tables().open("orders", "id");
        KeySchema schema = new KeySchema(new KeyAttribute("pk", KeyType.S), null);
        String[] names = IntStream.range(0, 50).mapToObj(i -> "k" + i).toArray(String[]::new);
        for (String name : names) {
            ItemKey key = KeyReader.key(JsonSlice.of("{\"pk\":{\"S\":\"" + name + "\"}}"), schema);
            String body = "{\"Item\":{\"pk\":{\"S\":\"" + name + "\"},\"v\":{\"S\":\"" + "x".repeat(400_000) + "\"}}}";
            cache.install(
                    cache.beginFill(table, key),
                    CachedItem.present(body.getBytes(StandardCharsets.UTF_8), null, true, ticker.read()));
        }

        BatchRead read = BatchRead.of(
                BatchGetRequest.read(JsonSlice.of(orders(names))),
                Map.of("orders", new TableDescription(table, schema, List.of())),
                cache,
                item -> true);
        String answer = new String(read.answer(), StandardCharsets.UTF_8);

        assertThat(answer.length()).isBetween(15 << 20, 16 << 20);
        assertThat(answer).endsWith("\"UnprocessedKeys\":{\"orders\":{\"Keys\":" + keys(from(names, 41)) + "}}}");
    }

    private static String[] from(String[] names, int first) {
        return List.of(names).subList(first, names.length).toArray(String[]::new);
    }

    private Future<Answer> batch(String body) {
        return f.ask(Operation.BATCH_GET_ITEM, body);
    }

    private static String orders(String... keys) {
        return request("\"orders\":{\"Keys\":" + keys(keys) + "}");
    }

    private static String keys(String... keys) {
        return List.of(keys).stream()
                .map(key -> "{\"pk\":{\"S\":\"" + key + "\"}}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String request(String parts) {
        return "{\"RequestItems\":{" + parts + "}}";
    }
}
