package io.nearside.proxy.operation;

import io.nearside.item.ItemKey;
import io.nearside.item.ItemKeyWriter;
import io.nearside.proxy.cache.Staleness;
import io.nearside.proxy.cache.TablePolicies;
import io.nearside.proxy.cache.TablePolicy;
import io.nearside.proxy.operation.ScriptedUpstream.Call;
import io.nearside.proxy.upstream.UpstreamException.Landing;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static io.nearside.proxy.operation.ProxyFixture.ITEM;
import static io.nearside.proxy.operation.ProxyFixture.outcome;
import static io.nearside.proxy.operation.ProxyFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

/** What is served about the end of its time, and what never is. The jitter ends entries between 90 and 100 seconds. */
class StalenessTest {

    private static final Duration TTL = Duration.ofSeconds(100);
    private static final Duration NEAR_THE_END = Duration.ofSeconds(80);
    private static final Duration PAST_THE_END = Duration.ofSeconds(101);
    private static final Duration THIRTY = Duration.ofSeconds(30);
    private static final String NEWER = ITEM.replace("\"1\"", "\"2\"");
    private static final String GET = "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}";
    private static final String QUERY = "{\"TableName\":\"lines\",\"KeyConditionExpression\":\"pk = :p\","
            + "\"ExpressionAttributeValues\":{\":p\":{\"S\":\"a\"}}}";
    private static final String BATCH =
            "{\"RequestItems\":{\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}}, {\"pk\":{\"S\":\"b\"}}]}}}";

    /** How the proxy itself asks for them. */
    private static final String ASKED = BATCH.replace(", ", ",");

    private static final String PAGE =
            "{\"Count\":1,\"Items\":[{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"}}],\"ScannedCount\":1}";
    private static final String EMPTY_PAGE = "{\"Count\":0,\"Items\":[],\"ScannedCount\":0}";

    private final ProxyFixture f = new ProxyFixture();

    @Test
    void refreshAhead_servesAndRenewsOnce() {
        apply(new Staleness(THIRTY.toNanos(), 0, 0));
        fill();
        f.ticker.advance(NEAR_THE_END);

        Future<Answer> first = f.get();
        Future<Answer> second = f.get();

        assertThat(outcome(first)).isEqualTo(CacheOutcome.HIT);
        assertThat(outcome(second)).isEqualTo(CacheOutcome.HIT);
        f.upstream.next().answer(NEWER);
        assertThat(f.upstream.isIdle()).isTrue();
        f.ticker.advance(NEAR_THE_END);
        assertThat(text(f.get())).isEqualTo(NEWER);
    }

    @Test
    void refreshAhead_thatFails_isTriedAgainAfterAPause() {
        apply(new Staleness(THIRTY.toNanos(), 0, 0));
        fill();
        f.ticker.advance(NEAR_THE_END);
        f.get();
        f.upstream.next().cut(Landing.UNKNOWN);

        f.get();
        assertThat(f.upstream.isIdle()).isTrue();

        f.ticker.advance(Duration.ofSeconds(1));
        assertThat(outcome(f.get())).isEqualTo(CacheOutcome.HIT);
        assertThat(f.upstream.isIdle()).isFalse();
    }

    @Test
    void item_longBeforeItsEnd_isNotRenewed() {
        apply(new Staleness(THIRTY.toNanos(), 0, 0));
        fill();
        f.ticker.advance(THIRTY);

        f.get();

        assertThat(f.upstream.isIdle()).isTrue();
    }

    @Test
    void staleWhileRevalidate_servesTheOldWithItsAge_andRenews() {
        apply(new Staleness(0, THIRTY.toNanos(), 0));
        fill();
        f.ticker.advance(PAST_THE_END);

        Future<Answer> stale = f.get();

        assertThat(outcome(stale)).isEqualTo(CacheOutcome.STALE);
        assertThat(stale.result().ageMillis()).isEqualTo(PAST_THE_END.toMillis());
        assertThat(text(stale)).isEqualTo(ITEM);
        f.upstream.next().answer(NEWER);
        assertThat(text(f.get())).isEqualTo(NEWER);
        assertThat(outcome(f.get())).isEqualTo(CacheOutcome.HIT);
    }

    @Test
    void staleWhileRevalidate_pastItsBound_orForACallerWhoWantsFresher_asksDynamoDb() {
        apply(new Staleness(0, THIRTY.toNanos(), 0));
        fill();
        f.ticker.advance(PAST_THE_END);
        Future<Answer> fresher = f.ask(Operation.GET_ITEM, GET, new CacheControl(false, 50_000));
        assertThat(fresher.isComplete()).isFalse();
        f.upstream.next().cut(Landing.UNKNOWN);

        f.ticker.advance(THIRTY);

        assertThat(f.get().isComplete()).isFalse();
    }

    @Test
    void staleWhileRevalidate_afterAnInvalidation_asksDynamoDb() {
        apply(new Staleness(0, THIRTY.toNanos(), THIRTY.toNanos()));
        fill();
        f.ticker.advance(PAST_THE_END);

        f.cache.invalidate("orders", "", key(), null);

        assertThat(f.get().isComplete()).isFalse();
    }

    @Test
    void staleWhileRevalidate_whileOthersCannotBeHeard_asksDynamoDb() {
        apply(new Staleness(0, THIRTY.toNanos(), THIRTY.toNanos()));
        fill();
        f.ticker.advance(PAST_THE_END);
        f.hearsOthers = false;

        Future<Answer> answer = f.get();
        f.upstream.next().answer(500, "{}");

        assertThat(answer.result().status()).isEqualTo(500);
    }

    static Stream<Consumer<Call>> failures() {
        return Stream.of(
                call -> call.answer(500, "{}"),
                call -> call.answer(503, "{}"),
                call -> call.cut(Landing.NOT_SENT),
                call -> call.cut(Landing.UNKNOWN),
                call -> call.refuse("ProvisionedThroughputExceededException"),
                call -> call.answer(400, "{\"__type\":\"com.amazon.coral.availability#ThrottlingException\"}"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void staleIfError_whenDynamoDbCannotBeAsked_servesTheOldMarkedSo(Consumer<Call> failure) {
        apply(new Staleness(0, 0, THIRTY.toNanos()));
        fill();
        f.ticker.advance(PAST_THE_END);

        Future<Answer> answer = f.get();
        assertThat(answer.isComplete()).isFalse();
        failure.accept(f.upstream.next());

        assertThat(outcome(answer)).isEqualTo(CacheOutcome.STALE);
        assertThat(answer.result().ageMillis()).isEqualTo(PAST_THE_END.toMillis());
        assertThat(text(answer)).isEqualTo(ITEM);
    }

    @Test
    void staleIfError_whenDynamoDbRefuses_passesTheRefusalOn() {
        apply(new Staleness(0, 0, THIRTY.toNanos()));
        fill();
        f.ticker.advance(PAST_THE_END);

        Future<Answer> answer = f.get();
        f.upstream.next().refuse("ValidationException");

        assertThat(answer.result().status()).isEqualTo(400);
    }

    @Test
    void staleIfError_pastItsBound_orInvalidatedMeanwhile_orNotWanted_passesTheErrorOn() {
        apply(new Staleness(0, 0, THIRTY.toNanos()));
        fill();
        f.ticker.advance(PAST_THE_END);

        Future<Answer> notWanted = f.ask(Operation.GET_ITEM, GET, CacheControl.NO_CACHE);
        f.upstream.next().answer(500, "{}");
        Future<Answer> invalidated = f.get();
        f.cache.invalidate("orders", "", key(), null);
        f.upstream.next().answer(500, "{}");

        assertThat(notWanted.result().status()).isEqualTo(500);
        assertThat(invalidated.result().status()).isEqualTo(500);

        f.ticker.advance(Duration.ofSeconds(10));
        fill();
        f.ticker.advance(PAST_THE_END.plus(THIRTY));
        Future<Answer> tooLate = f.get();
        f.upstream.next().answer(500, "{}");
        assertThat(tooLate.result().status()).isEqualTo(500);
    }

    @Test
    void byDefault_anErrorIsAnError() {
        apply(Staleness.NONE);
        fill();
        f.ticker.advance(PAST_THE_END);

        Future<Answer> answer = f.get();
        f.upstream.next().answer(500, "{}");

        assertThat(answer.result().status()).isEqualTo(500);
    }

    @Test
    void absence_pastItsEnd_isNeverServed() {
        apply(new Staleness(0, THIRTY.toNanos(), THIRTY.toNanos()));
        f.get();
        f.upstream.next().answer("{}");
        f.ticker.advance(PAST_THE_END);

        Future<Answer> answer = f.get();

        assertThat(answer.isComplete()).isFalse();
        f.upstream.next().answer(500, "{}");
        assertThat(answer.result().status()).isEqualTo(500);
    }

    @Test
    void page_isRenewedAhead_servedWhileRenewed_andInsteadOfAnError() {
        apply(new Staleness(THIRTY.toNanos(), 0, THIRTY.toNanos()));
        f.ask(Operation.QUERY, QUERY);
        f.upstream.next().answer(PAGE);
        f.ticker.advance(NEAR_THE_END);

        assertThat(outcome(f.ask(Operation.QUERY, QUERY))).isEqualTo(CacheOutcome.HIT);
        f.upstream.next().cut(Landing.UNKNOWN);
        f.ticker.advance(PAST_THE_END.minus(NEAR_THE_END));
        Future<Answer> insteadOfAnError = f.ask(Operation.QUERY, QUERY);
        f.upstream.next().answer(500, "{}");
        assertThat(outcome(insteadOfAnError)).isEqualTo(CacheOutcome.STALE);

        apply(new Staleness(0, THIRTY.toNanos(), 0));
        Future<Answer> whileRenewed = f.ask(Operation.QUERY, QUERY);
        assertThat(outcome(whileRenewed)).isEqualTo(CacheOutcome.STALE);
        assertThat(text(whileRenewed)).isEqualTo(PAGE);
        f.upstream.next().answer(EMPTY_PAGE);
        assertThat(text(f.ask(Operation.QUERY, QUERY))).isEqualTo(EMPTY_PAGE);
    }

    @Test
    void page_pastItsEnd_thatAWriteTouched_isGone() {
        apply(new Staleness(0, THIRTY.toNanos(), THIRTY.toNanos()));
        f.ask(Operation.QUERY, QUERY);
        f.upstream.next().answer(PAGE);
        f.ticker.advance(PAST_THE_END);

        byte[] a = {'a'};
        ItemKey key = new ItemKeyWriter()
                .partitionString(a, 0, 1)
                .sortNumber(new byte[] {'7'}, 0, 1)
                .toKey();
        f.pages.invalidate("lines", key, List.of());

        assertThat(f.ask(Operation.QUERY, QUERY).isComplete()).isFalse();
    }

    @Test
    void batch_isRenewedAhead_inOneCall_andServedMeanwhile() {
        apply(new Staleness(THIRTY.toNanos(), 0, 0));
        fillBatch();
        f.ticker.advance(NEAR_THE_END);

        Future<Answer> first = f.ask(Operation.BATCH_GET_ITEM, BATCH);
        Future<Answer> second = f.ask(Operation.BATCH_GET_ITEM, BATCH);

        assertThat(outcome(first)).isEqualTo(CacheOutcome.HIT);
        assertThat(outcome(second)).isEqualTo(CacheOutcome.HIT);
        Call renewal = f.upstream.next();
        assertThat(renewal.body()).isEqualTo(ASKED);
        renewal.answer(batchAnswer("2"));
        assertThat(f.upstream.isIdle()).isTrue();
        f.ticker.advance(NEAR_THE_END);
        assertThat(text(f.ask(Operation.BATCH_GET_ITEM, BATCH))).isEqualTo(batchAnswer("2"));
    }

    @Test
    void batch_pastItsEnd_isServedWithTheOldestAge_andRenewed() {
        apply(new Staleness(0, THIRTY.toNanos(), 0));
        fillBatch();
        f.ticker.advance(PAST_THE_END);

        Future<Answer> stale = f.ask(Operation.BATCH_GET_ITEM, BATCH);

        assertThat(outcome(stale)).isEqualTo(CacheOutcome.STALE);
        assertThat(stale.result().ageMillis()).isEqualTo(PAST_THE_END.toMillis());
        assertThat(text(stale)).isEqualTo(batchAnswer("1"));
        f.upstream.next().answer(batchAnswer("2"));
        Future<Answer> renewed = f.ask(Operation.BATCH_GET_ITEM, BATCH);
        assertThat(outcome(renewed)).isEqualTo(CacheOutcome.HIT);
        assertThat(text(renewed)).isEqualTo(batchAnswer("2"));
    }

    @Test
    void batch_ofProjections_isRenewedWhole() {
        apply(new Staleness(0, THIRTY.toNanos(), 0));
        fillBatch();
        f.ticker.advance(PAST_THE_END);

        Future<Answer> stale =
                f.ask(Operation.BATCH_GET_ITEM, BATCH.replace("]}}}", "],\"ProjectionExpression\":\"v\"}}}"));

        assertThat(text(stale))
                .isEqualTo("{\"Responses\":{\"orders\":[{\"v\":{\"N\":\"1\"}},{\"v\":{\"N\":\"1\"}}]},"
                        + "\"UnprocessedKeys\":{}}");
        assertThat(f.upstream.next().body()).isEqualTo(ASKED);
    }

    @Test
    void batch_thatHasToAskAnyway_asksForWhatIsPastItsEndToo() {
        apply(new Staleness(0, THIRTY.toNanos(), 0));
        fillBatch();
        f.ticker.advance(PAST_THE_END);

        Future<Answer> answer = f.ask(
                Operation.BATCH_GET_ITEM,
                "{\"RequestItems\":{\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}},{\"pk\":{\"S\":\"c\"}}]}}}");

        assertThat(answer.isComplete()).isFalse();
        assertThat(f.upstream.next().body()).contains("\"a\"", "\"c\"");
        assertThat(f.upstream.isIdle()).isTrue();
    }

    @Test
    void batch_pastItsEnd_thatWasInvalidated_orIsNotWantedSoOld_orStrong_isDynamoDbsToAnswer() {
        apply(new Staleness(0, THIRTY.toNanos(), THIRTY.toNanos()));
        fillBatch();
        f.ticker.advance(PAST_THE_END);

        Future<Answer> fresher = f.ask(Operation.BATCH_GET_ITEM, BATCH, new CacheControl(false, 50_000));
        Future<Answer> strong = f.ask(Operation.BATCH_GET_ITEM, BATCH.replace("]}}}", "],\"ConsistentRead\":true}}}"));
        f.cache.invalidate("orders", "", key(), null);
        Future<Answer> invalidated = f.ask(Operation.BATCH_GET_ITEM, BATCH);
        for (int i = 0; i < 3; i++) {
            f.upstream.next().answer(500, "{}");
        }

        assertThat(fresher.result().status()).isEqualTo(500);
        assertThat(strong.result().status()).isEqualTo(500);
        assertThat(invalidated.result().status()).isEqualTo(500);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void batch_whenDynamoDbCannotBeAsked_isServedMarkedSo(Consumer<Call> failure) {
        apply(new Staleness(0, 0, THIRTY.toNanos()));
        fillBatch();
        f.ticker.advance(PAST_THE_END);

        Future<Answer> answer = f.ask(Operation.BATCH_GET_ITEM, BATCH);
        assertThat(answer.isComplete()).isFalse();
        failure.accept(f.upstream.next());

        assertThat(outcome(answer)).isEqualTo(CacheOutcome.STALE);
        assertThat(answer.result().ageMillis()).isEqualTo(PAST_THE_END.toMillis());
        assertThat(text(answer)).isEqualTo(batchAnswer("1"));
    }

    @Test
    void batch_thatDynamoDbRefuses_orPastTheBound_passesTheErrorOn() {
        apply(new Staleness(0, 0, THIRTY.toNanos()));
        fillBatch();
        f.ticker.advance(PAST_THE_END);

        Future<Answer> refused = f.ask(Operation.BATCH_GET_ITEM, BATCH);
        f.upstream.next().refuse("ValidationException");
        f.ticker.advance(THIRTY);
        Future<Answer> tooLate = f.ask(Operation.BATCH_GET_ITEM, BATCH);
        f.upstream.next().answer(500, "{}");

        assertThat(refused.result().status()).isEqualTo(400);
        assertThat(tooLate.result().status()).isEqualTo(500);
    }

    private void fillBatch() {
        Future<Answer> answer = f.ask(Operation.BATCH_GET_ITEM, BATCH);
        f.upstream.next().answer(batchAnswer("1"));
        assertThat(outcome(answer)).isEqualTo(CacheOutcome.MISS);
    }

    private static String batchAnswer(String v) {
        String item = "{\"pk\":{\"S\":\"%s\"},\"v\":{\"N\":\"" + v + "\"}}";
        return "{\"Responses\":{\"orders\":[" + item.formatted("a") + "," + item.formatted("b")
                + "]},\"UnprocessedKeys\":{}}";
    }

    private void fill() {
        Future<Answer> answer = f.get();
        f.upstream.next().answer(ITEM);
        assertThat(outcome(answer)).isEqualTo(CacheOutcome.MISS);
    }

    private void apply(Staleness staleness) {
        f.cache
                .tables()
                .apply(TablePolicies.same(TablePolicy.ofTtls(TTL, TTL, TTL).with(staleness)));
    }

    private static ItemKey key() {
        byte[] a = {'a'};
        return new ItemKeyWriter().partitionString(a, 0, 1).toKey();
    }
}
