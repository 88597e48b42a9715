package io.nearside.proxy.operation;

import io.nearside.proxy.operation.ScriptedUpstream.Call;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.nearside.proxy.operation.ProxyFixture.ITEM;
import static io.nearside.proxy.operation.ProxyFixture.outcome;
import static io.nearside.proxy.operation.ProxyFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

/** Hazards C1, C2, C10, C11, C23, C27, C30 and C32, seen from GetItem. */
class GetItemCachingTest {

    private final ProxyFixture f = new ProxyFixture();

    @Test
    void getItem_secondTime_isServedFromMemory() {
        Future<Answer> first = f.get();
        f.upstream.next().answer(ITEM);
        f.ticker.advance(Duration.ofMillis(250));

        Future<Answer> second = f.get();

        assertThat(outcome(first)).isEqualTo(CacheOutcome.MISS);
        assertThat(outcome(second)).isEqualTo(CacheOutcome.HIT);
        assertThat(text(second)).isEqualTo(ITEM);
        assertThat(second.result().ageMillis()).isEqualTo(250);
        assertThat(second.result().crc32()).isEqualTo(crc32(ITEM));
        assertThat(second.result().requestId()).isNull();
        assertThat(f.upstream.isIdle()).isTrue();
    }

    /** Hazard C26: DynamoDB returns it until it is deleted, and so does memory. */
    @Test
    void getItem_pastItsTtlAttribute_isReturnedAsDynamoDbDoes() {
        String expired = "{\"Item\":{\"pk\":{\"S\":\"a\"},\"ttl\":{\"N\":\"1\"}}}";
        f.get();
        f.upstream.next().answer(expired);

        Future<Answer> hit = f.get();

        assertThat(outcome(hit)).isEqualTo(CacheOutcome.HIT);
        assertThat(text(hit)).isEqualTo(expired);
    }

    @Test
    void getItem_ofAbsentItem_isServedFromMemoryAsAbsent() {
        f.get();
        f.upstream.next().answer("{}");

        Future<Answer> second = f.get();

        assertThat(outcome(second)).isEqualTo(CacheOutcome.HIT);
        assertThat(text(second)).isEqualTo("{}");
    }

    @Test
    void getItem_concurrentMisses_shareOneCall() {
        Future<Answer> first = f.get();
        Future<Answer> second = f.get();
        Future<Answer> third = f.get();
        f.upstream.next().answer(ITEM);

        assertThat(f.upstream.sent()).isEqualTo(1);
        assertThat(outcome(first)).isEqualTo(CacheOutcome.MISS);
        assertThat(outcome(second)).isEqualTo(CacheOutcome.COALESCED);
        assertThat(text(third)).isEqualTo(ITEM);
        assertThat(first.result().requestId()).isEqualTo("upstream-id");
        assertThat(second.result().requestId()).isNull();
    }

    @Test
    void getItem_afterAWriteThatEndedMeanwhile_doesNotShareTheOlderCall() {
        Future<Answer> before = f.get();
        Call old = f.upstream.next();
        f.ask(Operation.UPDATE_ITEM, "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}");
        f.upstream.next().answer("{}");

        Future<Answer> after = f.get();
        old.answer(ITEM);
        assertThat(after.isComplete()).isFalse();
        f.upstream.next().answer("{}");

        assertThat(text(before)).isEqualTo(ITEM);
        assertThat(text(after)).isEqualTo("{}");
        assertThat(text(f.get())).isEqualTo("{}");
    }

    @Test
    void getItem_recentlyWritten_isSentAsAConsistentRead() {
        f.cached();
        f.ask(Operation.PUT_ITEM, "{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"}}}");
        f.upstream.next().refuse("ConditionalCheckFailedException");

        f.get();

        assertThat(f.upstream.next().body())
                .isEqualTo("{\"ConsistentRead\":true,\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}");
    }

    @Test
    void getItem_recentlyWrittenAndInconsistentByWord_isSentAsAConsistentRead() {
        f.cached();
        f.ask(Operation.DELETE_ITEM, "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}");
        f.upstream.next().refuse("ConditionalCheckFailedException");

        f.ask(
                Operation.GET_ITEM,
                "{ \"ConsistentRead\" : false , \"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}");

        assertThat(f.upstream.next().body())
                .isEqualTo("{ \"ConsistentRead\" : true , \"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"TableName\":\"arn:aws:dynamodb:eu-west-1:1:table/orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}|true",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ConsistentRead\":null}|true",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ConsistentRead\":\"false\"}|false",
                "{\"TableName\":\"lines\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ConsistentRead\":null}|false",
                "{\"TableName\":\"orders\",|false"
            })
    void getItem_notPlainlyUnderstoodOfARecentlyWrittenTable_isSentAsAConsistentReadIfItMayBe(
            String body, boolean strong) {
        f.cached();
        f.ask(Operation.PUT_ITEM, "{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"}}}");
        f.upstream.next().refuse("ConditionalCheckFailedException");

        f.ask(Operation.GET_ITEM, body);
        String sent = f.upstream.next().body();

        assertThat(sent.contains("\"ConsistentRead\":true")).isEqualTo(strong);
        assertThat(sent.equals(body)).isNotEqualTo(strong);
    }

    @Test
    void getItem_consistentRead_goesToDynamoDbAndRenewsTheEntry() {
        f.cached();
        String newer = "{\"Item\":{\"pk\":{\"S\":\"a\"},\"v\":{\"N\":\"2\"}}}";

        Future<Answer> strong = f.ask(
                Operation.GET_ITEM,
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ConsistentRead\":true}");
        f.upstream.next().answer(newer);

        assertThat(outcome(strong)).isEqualTo(CacheOutcome.BYPASS);
        assertThat(text(f.get())).isEqualTo(newer);
    }

    @Test
    void getItem_noCache_goesToDynamoDbAndRenewsTheEntry() {
        f.cached();

        Future<Answer> answer = f.ask(
                Operation.GET_ITEM, "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}", CacheControl.NO_CACHE);
        f.upstream.next().answer("{}");

        assertThat(outcome(answer)).isEqualTo(CacheOutcome.REFRESH);
        assertThat(text(f.get())).isEqualTo("{}");
    }

    @Test
    void getItem_maxAge_acceptsNothingOlder() {
        f.cached();
        f.ticker.advance(Duration.ofSeconds(10));
        String body = "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}";

        Future<Answer> strict = f.ask(Operation.GET_ITEM, body, new CacheControl(false, 5000));
        assertThat(strict.isComplete()).isFalse();
        f.upstream.next().answer(ITEM);

        assertThat(outcome(strict)).isEqualTo(CacheOutcome.REFRESH);
        assertThat(outcome(f.ask(Operation.GET_ITEM, body, new CacheControl(false, 5000))))
                .isEqualTo(CacheOutcome.HIT);
    }

    @Test
    void getItem_oneKeyInSeveralSpellings_isOneEntry() {
        f.ask(Operation.GET_ITEM, "{\"TableName\":\"lines\",\"Key\":{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"100\"}}}");
        f.upstream.next().answer("{\"Item\":{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"100\"}}}");

        Future<Answer> other = f.ask(
                Operation.GET_ITEM,
                "{\"Key\":{\"sk\":{\"N\":\"1.00e2\"},\"pk\":{\"S\":\"\\u0061\"}},\"TableName\":\"lines\"}");

        assertThat(outcome(other)).isEqualTo(CacheOutcome.HIT);
    }

    @Test
    void getItem_whileOthersCannotBeHeard_goesToDynamoDb() {
        f.cached();
        f.hearsOthers = false;

        Future<Answer> answer = f.get();
        f.upstream.next().answer(ITEM);

        assertThat(outcome(answer)).isEqualTo(CacheOutcome.BYPASS);
    }

    @Test
    void getItem_wantingCapacity_hearsThatMemoryConsumesNothing() {
        f.cached();
        String body =
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ReturnConsumedCapacity\":\"INDEXES\"}";

        Future<Answer> hit = f.ask(Operation.GET_ITEM, body);

        assertThat(outcome(hit)).isEqualTo(CacheOutcome.HIT);
        assertThat(text(hit))
                .isEqualTo("{\"Item\":{\"pk\":{\"S\":\"a\"},\"v\":{\"N\":\"1\"}},\"ConsumedCapacity\":"
                        + "{\"TableName\":\"orders\",\"CapacityUnits\":0.0,\"Table\":{\"CapacityUnits\":0.0}}}");
    }

    @Test
    void getItem_wantingCapacity_hearsWhatItsOwnMissConsumed() {
        String capacity = "{\"Item\":{\"pk\":{\"S\":\"a\"}},\"ConsumedCapacity\":{\"TableName\":\"orders\","
                + "\"CapacityUnits\":0.5}}";
        Future<Answer> miss = f.ask(
                Operation.GET_ITEM,
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ReturnConsumedCapacity\":\"TOTAL\"}");
        f.upstream.next().answer(capacity);

        assertThat(text(miss)).isEqualTo(capacity);
        assertThat(text(f.get())).isEqualTo("{\"Item\":{\"pk\":{\"S\":\"a\"}}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ProjectionExpression\":\"v,,w\"}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ProjectionExpression\":\"v.a,v\"}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ProjectionExpression\":\"name\"}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ProjectionExpression\":\"#v\"}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ProjectionExpression\":null}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ProjectionExpression\":\"v\",\"AttributesToGet\":[\"v\"]}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ProjectionExpression\":\"v\",\"ProjectionExpression\":\"v\"}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ProjectionExpression\":\"v\",\"ExpressionAttributeNames\":{\"#v\":\"v\"}}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ExpressionAttributeNames\":{\"#v\":\"v\"}}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"AttributesToGet\":[\"v\",\"v\"]}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"AttributesToGet\":[]}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"SomethingNew\":1}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ReturnConsumedCapacity\":\"SOME\"}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ConsistentRead\":\"false\"}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"},\"x\":{\"S\":\"b\"}}}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"N\":\"1\"}}}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\",\"N\":\"1\"}}}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"\"}}}",
                "{\"TableName\":\"orders\",\"Key\":{}}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}} x",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"Key\":{\"pk\":{\"S\":\"b\"}}}",
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},}",
                "{\"TableName\":\"arn:aws:dynamodb:eu-west-1:1:table/orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}",
                "{\"TableName\":\"or\\u0064ers\",\"Key\":{\"pk\":{\"S\":\"a\"}}}",
                "{\"Key\":{\"pk\":{\"S\":\"a\"}}}",
                "[]",
                ""
            })
    void getItem_notPlainlyUnderstood_isLeftToDynamoDbAsItIs(String body) {
        f.cached();

        Future<Answer> answer = f.ask(Operation.GET_ITEM, body);
        Call call = f.upstream.next();
        call.answer(400, "{\"__type\":\"com.amazon.coral.validate#ValidationException\"}");

        assertThat(call.body()).isEqualTo(body);
        assertThat(outcome(answer)).isEqualTo(CacheOutcome.BYPASS);
        assertThat(answer.result().status()).isEqualTo(400);
    }

    @Test
    void getItem_ofParts_isProjectedFromTheWholeItemInMemory() {
        f.cached();

        Future<Answer> parts = f.ask(Operation.GET_ITEM, projected("\"ProjectionExpression\":\"v, zz\""));
        Future<Answer> legacy = f.ask(Operation.GET_ITEM, projected("\"AttributesToGet\":[\"pk\"]"));
        Future<Answer> named = f.ask(
                Operation.GET_ITEM,
                projected("\"ProjectionExpression\":\"#n\",\"ExpressionAttributeNames\":{\"#n\":\"v\"}"));
        Future<Answer> othersName = f.ask(
                Operation.GET_ITEM,
                projected("\"ProjectionExpression\":\"#n\",\"ExpressionAttributeNames\":{\"#n\":\"pk\"}"));

        assertThat(outcome(parts)).isEqualTo(CacheOutcome.HIT);
        assertThat(text(parts)).isEqualTo("{\"Item\":{\"v\":{\"N\":\"1\"}}}");
        assertThat(text(legacy)).isEqualTo("{\"Item\":{\"pk\":{\"S\":\"a\"}}}");
        assertThat(text(named)).isEqualTo("{\"Item\":{\"v\":{\"N\":\"1\"}}}");
        assertThat(text(othersName)).isEqualTo("{\"Item\":{\"pk\":{\"S\":\"a\"}}}");
        assertThat(f.upstream.isIdle()).isTrue();
    }

    @Test
    void getItem_ofPartsThatAreNotThere_tellsAnEmptyItemFromNone() {
        f.cached();
        f.ask(Operation.GET_ITEM, "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"b\"}}}");
        f.upstream.next().answer("{}");

        assertThat(text(f.ask(Operation.GET_ITEM, projected("\"ProjectionExpression\":\"zz\""))))
                .isEqualTo("{\"Item\":{}}");
        assertThat(text(f.ask(
                        Operation.GET_ITEM,
                        projected("\"ProjectionExpression\":\"zz\"").replace("\"a\"", "\"b\""))))
                .isEqualTo("{}");
    }

    @Test
    void getItem_ofPartsNotInMemory_asksForTheWholeItemAndKeepsIt() {
        Future<Answer> parts = f.ask(
                Operation.GET_ITEM, projected("\"ProjectionExpression\":\"v\",\"ReturnConsumedCapacity\":\"TOTAL\""));
        Call call = f.upstream.next();
        Future<Answer> joined = f.ask(Operation.GET_ITEM, projected("\"AttributesToGet\":[\"pk\"]"));
        call.answer("{\"ConsumedCapacity\":{\"TableName\":\"orders\",\"CapacityUnits\":0.5},"
                + "\"Item\":{\"pk\":{\"S\":\"a\"},\"v\":{\"N\":\"1\"}}}");

        assertThat(call.body())
                .isEqualTo("{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},"
                        + "\"ReturnConsumedCapacity\":\"TOTAL\"}");
        assertThat(text(parts))
                .isEqualTo("{\"Item\":{\"v\":{\"N\":\"1\"}},\"ConsumedCapacity\":"
                        + "{\"TableName\":\"orders\",\"CapacityUnits\":0.5}}");
        assertThat(outcome(joined)).isEqualTo(CacheOutcome.COALESCED);
        assertThat(text(joined)).isEqualTo("{\"Item\":{\"pk\":{\"S\":\"a\"}}}");
        assertThat(text(f.get())).isEqualTo(ITEM);
    }

    @Test
    void getItem_ofPartsByAStrongRead_renewsTheEntry() {
        f.cached();

        Future<Answer> strong =
                f.ask(Operation.GET_ITEM, projected("\"ProjectionExpression\":\"v\",\"ConsistentRead\":true"));
        Call call = f.upstream.next();
        call.answer("{\"Item\":{\"pk\":{\"S\":\"a\"},\"v\":{\"N\":\"2\"}}}");

        assertThat(call.body()).contains("\"ConsistentRead\":true").doesNotContain("Projection");
        assertThat(text(strong)).isEqualTo("{\"Item\":{\"v\":{\"N\":\"2\"}}}");
        assertThat(text(f.get())).contains("\"N\":\"2\"");
    }

    @Test
    void getItem_ofPartsAnsweredInUnknownWords_isAskedAgainAsTheCallerSaidIt() {
        String body = projected("\"ProjectionExpression\":\"v\"");
        Future<Answer> parts = f.ask(Operation.GET_ITEM, body);
        f.upstream.next().answer("not JSON");
        Call again = f.upstream.next();
        again.answer("{\"Item\":{}}");

        assertThat(again.body()).isEqualTo(body);
        assertThat(text(parts)).isEqualTo("{\"Item\":{}}");
    }

    private static String projected(String members) {
        return "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}," + members + "}";
    }

    @Test
    void getItem_ofATableThatIsGone_forgetsIt() {
        f.cached();
        f.ask(Operation.GET_ITEM, "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ConsistentRead\":true}");
        f.upstream.next().refuse("ResourceNotFoundException");

        assertThat(f.isCached()).isFalse();
    }

    @Test
    void getItem_ofUnknownTable_isLeftToDynamoDb() {
        Future<Answer> answer = f.ask(Operation.GET_ITEM, "{\"TableName\":\"nowhere\",\"Key\":{\"pk\":{\"S\":\"a\"}}}");
        f.upstream.next().refuse("ResourceNotFoundException");

        assertThat(outcome(answer)).isEqualTo(CacheOutcome.BYPASS);
        assertThat(answer.result().status()).isEqualTo(400);
    }

    @Test
    void getItem_whoseCallFails_leavesNothingBehind() {
        f.get();
        f.upstream.next().answer(500, "{}");

        Future<Answer> again = f.get();
        f.upstream.next().answer(ITEM);

        assertThat(outcome(again)).isEqualTo(CacheOutcome.MISS);
    }

    private static long crc32(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }
}
