package io.nearside.proxy.operation;

import io.nearside.proxy.cache.TablePolicies;
import io.nearside.proxy.cache.TablePolicy;
import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.nearside.proxy.operation.ProxyFixture.outcome;
import static io.nearside.proxy.operation.ProxyFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

/** Hazard C26: items past their Time to Live that DynamoDB has not deleted yet. */
class ExpiredItemsTest {

    private static final Duration TTL = Duration.ofMinutes(5);
    private static final TablePolicy SHOWING = TablePolicy.ofTtls(TTL, TTL, TTL).withScans(true);
    private static final TablePolicy HIDING = SHOWING.hidingExpiredBy("expires");
    private static final String GET = "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}%s}";
    private static final String BATCH =
            "{\"RequestItems\":{\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}},{\"pk\":{\"S\":\"b\"}}]}}}";
    private static final String QUERY = "{\"TableName\":\"orders\",\"KeyConditionExpression\":\"pk = :p\","
            + "\"ExpressionAttributeValues\":{\":p\":{\"S\":\"p\"}}%s}";
    private static final String SCAN = "{\"TableName\":\"orders\"}";
    private static final String RESPONSES = "{\"Responses\":{\"orders\":[%s]},\"UnprocessedKeys\":{}}";

    private final ProxyFixture f = new ProxyFixture();
    private final long now = f.now.getEpochSecond();

    @BeforeEach
    void hide() {
        apply(HIDING);
    }

    @Test
    void byDefault_isReturnedFromMemoryAsFromDynamoDb() {
        apply(SHOWING);
        String item = "{\"Item\":" + item("a", now - 1) + "}";

        assertThat(text(ask(Operation.GET_ITEM, GET.formatted(""), item))).isEqualTo(item);
        assertThat(text(f.get())).isEqualTo(item);
        assertThat(outcome(f.get())).isEqualTo(CacheOutcome.HIT);
    }

    @Test
    void item_isHiddenFromMissesAndHits() {
        String answer = "{\"Item\":" + item("a", now) + "}";
        Future<Answer> miss = f.get();
        Future<Answer> joined = f.get();
        f.upstream.next().answer(answer);

        assertThat(text(miss)).isEqualTo("{}");
        assertThat(text(joined)).isEqualTo("{}");
        assertThat(text(f.get())).isEqualTo("{}");
        assertThat(outcome(f.get())).isEqualTo(CacheOutcome.HIT);
        assertThat(text(f.ask(Operation.GET_ITEM, GET.formatted(",\"ProjectionExpression\":\"pk\""))))
                .isEqualTo("{}");
    }

    @Test
    void item_whoseCapacityIsAskedFor_isHiddenAndChargedFor() {
        String capacity = ",\"ConsumedCapacity\":{\"TableName\":\"orders\",\"CapacityUnits\":0.5}";

        Future<Answer> miss = ask(
                Operation.GET_ITEM,
                GET.formatted(",\"ReturnConsumedCapacity\":\"TOTAL\""),
                "{\"Item\":" + item("a", now) + capacity + "}");

        assertThat(text(miss)).isEqualTo("{" + capacity.substring(1) + "}");
    }

    @Test
    void item_isShownUntilItsTime_andHiddenFromThenOn() {
        String answer = "{\"Item\":" + item("a", now + 2) + "}";
        assertThat(text(ask(Operation.GET_ITEM, GET.formatted(""), answer))).isEqualTo(answer);

        f.now = f.now.plusSeconds(1);
        assertThat(text(f.get())).isEqualTo(answer);
        f.now = f.now.plusSeconds(1);
        assertThat(text(f.get())).isEqualTo("{}");

        apply(SHOWING);
        assertThat(text(f.get())).isEqualTo(answer);
        assertThat(f.upstream.isIdle()).isTrue();
    }

    @Test
    void strongRead_isDynamoDbsOwn() {
        String answer = "{\"Item\":" + item("a", now) + "}";

        assertThat(text(ask(Operation.GET_ITEM, GET.formatted(",\"ConsistentRead\":true"), answer)))
                .isEqualTo(answer);
        assertThat(text(f.get())).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"S\":\"1\"}",
                "{\"N\":\"0\"}",
                "{\"N\":\"1609459200\"}",
                "{\"N\":\"1E125\"}",
                "{\"L\":[]}",
                "{\"NULL\":true}"
            })
    void value_thatIsNoTime_orFiveYearsPast_orToCome_hidesNothing(String value) {
        String answer = "{\"Item\":{\"pk\":{\"S\":\"a\"},\"expires\":" + value + "}}";

        assertThat(text(ask(Operation.GET_ITEM, GET.formatted(""), answer))).isEqualTo(answer);
        assertThat(text(f.get())).isEqualTo(answer);
    }

    @Test
    void batch_leavesThemOut_askedOrRemembered() {
        String a = item("a", now - 1);
        String b = item("b", now + 1);

        Future<Answer> miss = ask(Operation.BATCH_GET_ITEM, BATCH, RESPONSES.formatted(a + "," + b));
        Future<Answer> hit = f.ask(Operation.BATCH_GET_ITEM, BATCH);

        assertThat(text(miss)).isEqualTo(RESPONSES.formatted(b));
        assertThat(text(hit)).isEqualTo(RESPONSES.formatted(b));
        assertThat(outcome(hit)).isEqualTo(CacheOutcome.HIT);
    }

    @Test
    void batch_withoutThem_isPassedOnAsItCame() {
        String answer =
                "{\"UnprocessedKeys\":{},\"Responses\":{\"orders\":[" + item("b", now + 1) + "]},\"SomethingNew\":1}";

        assertThat(text(ask(Operation.BATCH_GET_ITEM, BATCH, answer))).isEqualTo(answer);
    }

    @Test
    void page_leavesThemOut_asAFilterWould() {
        String last = "\"LastEvaluatedKey\":{\"pk\":{\"S\":\"p\"}}";
        String page = "{\"Count\":2,\"Items\":[" + item("a", now) + "," + item("b", now + 1) + "]," + last
                + ",\"ScannedCount\":2}";
        String shown = "{\"Items\":[" + item("b", now + 1) + "]," + last + ",\"ScannedCount\":2,\"Count\":1}";

        Future<Answer> miss = f.ask(Operation.QUERY, QUERY.formatted(""));
        Future<Answer> joined = f.ask(Operation.QUERY, QUERY.formatted(""));
        f.upstream.next().answer(page);
        assertThat(text(miss)).isEqualTo(shown);
        assertThat(text(joined)).isEqualTo(shown);
        Future<Answer> hit = f.ask(Operation.QUERY, QUERY.formatted(""));
        assertThat(outcome(hit)).isEqualTo(CacheOutcome.HIT);
        assertThat(text(hit)).isEqualTo(shown);
        assertThat(text(ask(Operation.SCAN, SCAN, page))).isEqualTo(shown);
        assertThat(text(f.ask(Operation.SCAN, SCAN))).isEqualTo(shown);
        assertThat(text(ask(Operation.QUERY, QUERY.formatted(",\"ConsistentRead\":true"), page)))
                .isEqualTo(page);
    }

    @Test
    void page_thatCannotBeKept_leavesThemOutToo() {
        // Its last key is none of the partition that was asked for.
        String page =
                "{\"Count\":1,\"Items\":[" + item("a", now) + "],\"LastEvaluatedKey\":{\"pk\":{\"S\":\"other\"}}}";
        String shown = "{\"Items\":[],\"LastEvaluatedKey\":{\"pk\":{\"S\":\"other\"}},\"Count\":0}";

        Future<Answer> miss = f.ask(Operation.QUERY, QUERY.formatted(""));
        Future<Answer> joined = f.ask(Operation.QUERY, QUERY.formatted(""));
        f.upstream.next().answer(page);

        assertThat(text(miss)).isEqualTo(shown);
        assertThat(text(joined)).isEqualTo(shown);
        assertThat(f.ask(Operation.QUERY, QUERY.formatted("")).isComplete()).isFalse();
    }

    @Test
    void page_thatShowsNoneOfThem_isAsItCame() {
        String page = "{\"Count\":1,\"Items\":[" + item("b", now + 1) + "],\"ScannedCount\":1}";
        String count = "{\"Count\":1,\"ScannedCount\":1}";

        assertThat(text(ask(Operation.QUERY, QUERY.formatted(""), page))).isEqualTo(page);
        assertThat(text(f.ask(Operation.QUERY, QUERY.formatted("")))).isEqualTo(page);
        assertThat(text(ask(Operation.QUERY, QUERY.formatted(",\"Select\":\"COUNT\""), count)))
                .isEqualTo(count);
    }

    private static String item(String pk, long expires) {
        return "{\"pk\":{\"S\":\"" + pk + "\"},\"expires\":{\"N\":\"" + expires + "\"}}";
    }

    /** Asks, and has DynamoDB answer. */
    private Future<Answer> ask(Operation operation, String request, String answer) {
        Future<Answer> asked = f.ask(operation, request);
        f.upstream.next().answer(answer);
        return asked;
    }

    private void apply(TablePolicy policy) {
        f.cache.tables().apply(TablePolicies.same(policy));
    }
}
