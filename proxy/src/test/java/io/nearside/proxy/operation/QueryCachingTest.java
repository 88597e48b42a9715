package io.nearside.proxy.operation;

import io.nearside.change.Invalidation.IndexPartitions;
import io.nearside.item.ItemKey;
import io.nearside.item.ItemKeyWriter;
import io.nearside.proxy.operation.ScriptedUpstream.Call;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

import static io.nearside.proxy.operation.ProxyFixture.outcome;
import static io.nearside.proxy.operation.ProxyFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

/** Hazards C1, C13, C14, C16, C17, C30 and C32, seen from Query. */
class QueryCachingTest {

    private static final String ONE_TO_FIVE = query("sk BETWEEN :a AND :b", "1", "5");
    private static final String SIX_TO_NINE = query("sk BETWEEN :a AND :b", "6", "9");
    private static final String BY_G =
            "{\"TableName\":\"lines\",\"IndexName\":\"by-g\",\"KeyConditionExpression\":\"g = :g\","
                    + "\"ExpressionAttributeValues\":{\":g\":{\"S\":\"x\"}}}";
    private static final String PAGE =
            "{\"Count\":1,\"Items\":[{\"pk\":{\"S\":\"p\"},\"sk\":{\"N\":\"3\"}}],\"ScannedCount\":1}";

    private final ProxyFixture f = new ProxyFixture();

    @Test
    void query_secondTime_isServedFromMemory() {
        Future<Answer> first = f.ask(Operation.QUERY, ONE_TO_FIVE);
        f.upstream.next().answer(PAGE);

        Future<Answer> second = f.ask(Operation.QUERY, ONE_TO_FIVE);

        assertThat(outcome(first)).isEqualTo(CacheOutcome.MISS);
        assertThat(outcome(second)).isEqualTo(CacheOutcome.HIT);
        assertThat(text(second)).isEqualTo(PAGE);
    }

    @Test
    void query_writeInsideItsInterval_isAskedAgain() {
        cached(ONE_TO_FIVE);

        put("p", "4.0");

        assertThat(isCached(ONE_TO_FIVE)).isFalse();
    }

    @Test
    void query_writeOutsideItsInterval_staysInMemory() {
        cached(ONE_TO_FIVE);
        cached(SIX_TO_NINE);

        put("p", "7");
        put("other", "3");

        assertThat(isCached(ONE_TO_FIVE)).isTrue();
        assertThat(isCached(SIX_TO_NINE)).isFalse();
    }

    @Test
    void query_pageWithALastKey_coversNothingBehindIt() {
        f.ask(Operation.QUERY, ONE_TO_FIVE);
        f.upstream
                .next()
                .answer("{\"Count\":0,\"Items\":[],\"ScannedCount\":2,\"LastEvaluatedKey\":"
                        + "{\"pk\":{\"S\":\"p\"},\"sk\":{\"N\":\"2\"}}}");
        f.ticker.advance(Duration.ofSeconds(10));

        put("p", "3");
        assertThat(isCached(ONE_TO_FIVE)).isTrue();

        put("p", "2");
        assertThat(isCached(ONE_TO_FIVE)).isFalse();
    }

    @Test
    void query_overtakenByAWriteToItsPartition_isNotKept() {
        f.ask(Operation.QUERY, ONE_TO_FIVE);
        Call call = f.upstream.next();
        put("p", "3");
        call.answer(PAGE);

        assertThat(isCached(ONE_TO_FIVE)).isFalse();
    }

    @Test
    void query_ofARecentlyWrittenPartition_isSentAsAConsistentRead() {
        cached(ONE_TO_FIVE);
        put("p", "3");

        f.ask(Operation.QUERY, ONE_TO_FIVE);

        assertThat(f.upstream.next().body()).startsWith("{\"ConsistentRead\":true,");
    }

    @Test
    void query_afterAStatementOnItsTable_isAskedAgain() {
        cached(ONE_TO_FIVE);

        f.ask(Operation.EXECUTE_STATEMENT, "{\"Statement\":\"DELETE FROM lines WHERE pk='p' AND sk=3\"}");
        f.upstream.next().answer("{}");

        assertThat(isCached(ONE_TO_FIVE)).isFalse();
    }

    @Test
    void query_announcedWriteInsideItsInterval_isAskedAgain() {
        cached(ONE_TO_FIVE);

        f.pages.invalidate("lines", key("p", "3"), List.of());

        assertThat(isCached(ONE_TO_FIVE)).isFalse();
    }

    @Test
    void query_ofAGlobalIndex_isNotKeptWhileTheIndexSettles() {
        cached(BY_G);
        put("p", "3");
        f.ask(Operation.QUERY, BY_G);
        f.upstream.next().answer(PAGE);
        assertThat(isCached(BY_G)).isFalse();

        f.ticker.advance(Duration.ofSeconds(6));
        f.ask(Operation.QUERY, BY_G);
        f.upstream.next().answer(PAGE);
        assertThat(isCached(BY_G)).isTrue();
    }

    @Test
    void query_ofAGlobalIndexPartitionThatTheWriteDidNotTouch_staysInMemory() {
        cached(BY_G);

        f.pages.invalidate(
                "lines", key("p", "3"), List.of(new IndexPartitions("by-g", List.of(partition("y")), false)));
        assertThat(isCached(BY_G)).isTrue();

        f.pages.invalidate(
                "lines",
                key("p", "3"),
                List.of(new IndexPartitions("by-g", List.of(partition("y"), partition("x")), false)));
        assertThat(isCached(BY_G)).isFalse();
    }

    @Test
    void query_ofAGlobalIndexWhenTheOldImageIsNotKnown_isAskedAgain() {
        cached(BY_G);

        f.pages.invalidate("lines", key("p", "3"), List.of(new IndexPartitions("by-g", List.of(), true)));

        assertThat(isCached(BY_G)).isFalse();
    }

    @Test
    void query_wantingCapacity_sharesThePageAndHearsThatMemoryConsumesNothing() {
        String body = ONE_TO_FIVE.replace("{\"TableName\"", "{\"ReturnConsumedCapacity\":\"TOTAL\",\"TableName\"");
        Future<Answer> miss = f.ask(Operation.QUERY, body);
        String upstream = PAGE.replace(
                "{\"Count\"", "{\"ConsumedCapacity\":{\"TableName\":\"lines\",\"CapacityUnits\":0.5},\"Count\"");
        f.upstream.next().answer(upstream);

        assertThat(text(miss)).isEqualTo(upstream);
        assertThat(text(f.ask(Operation.QUERY, ONE_TO_FIVE))).isEqualTo(PAGE);
        assertThat(text(f.ask(Operation.QUERY, body)))
                .isEqualTo(PAGE.substring(0, PAGE.length() - 1)
                        + ",\"ConsumedCapacity\":{\"TableName\":\"lines\",\"CapacityUnits\":0.0}}");
    }

    @Test
    void query_ofAnIndexWantingCapacityOfIndexes_hearsOfThatIndex() {
        cached(BY_G);

        Future<Answer> hit = f.ask(
                Operation.QUERY,
                BY_G.replace("{\"TableName\"", "{\"ReturnConsumedCapacity\":\"INDEXES\",\"TableName\""));

        assertThat(text(hit))
                .endsWith(",\"ConsumedCapacity\":{\"TableName\":\"lines\",\"CapacityUnits\":0.0,"
                        + "\"Table\":{\"CapacityUnits\":0.0},"
                        + "\"GlobalSecondaryIndexes\":{\"by-g\":{\"CapacityUnits\":0.0}}}}");
    }

    @Test
    void query_concurrentMissesOfOnePage_shareOneCall() {
        String wantsCapacity =
                ONE_TO_FIVE.replace("{\"TableName\"", "{\"ReturnConsumedCapacity\":\"TOTAL\",\"TableName\"");
        Future<Answer> first = f.ask(Operation.QUERY, wantsCapacity);
        Future<Answer> second = f.ask(Operation.QUERY, ONE_TO_FIVE);
        Future<Answer> third = f.ask(Operation.QUERY, wantsCapacity);
        String upstream = PAGE.replace(
                "{\"Count\"", "{\"ConsumedCapacity\":{\"TableName\":\"lines\",\"CapacityUnits\":0.5},\"Count\"");
        f.upstream.next().answer(upstream);

        assertThat(f.upstream.sent()).isEqualTo(1);
        assertThat(outcome(first)).isEqualTo(CacheOutcome.MISS);
        assertThat(text(first)).isEqualTo(upstream);
        assertThat(outcome(second)).isEqualTo(CacheOutcome.COALESCED);
        assertThat(text(second)).isEqualTo(PAGE);
        assertThat(second.result().requestId()).isNull();
        assertThat(text(third)).contains("\"CapacityUnits\":0.0");
    }

    @Test
    void query_concurrentMissesThatFail_failTogether() {
        f.ask(Operation.QUERY, ONE_TO_FIVE);
        Future<Answer> second = f.ask(Operation.QUERY, ONE_TO_FIVE);
        f.upstream.next().refuse("ProvisionedThroughputExceededException");

        assertThat(second.result().status()).isEqualTo(400);
        assertThat(isCached(ONE_TO_FIVE)).isFalse();
    }

    @Test
    void query_afterAWriteThatEndedMeanwhile_doesNotShareTheOlderCall() {
        f.ask(Operation.QUERY, ONE_TO_FIVE);
        Call old = f.upstream.next();
        put("p", "3");

        Future<Answer> after = f.ask(Operation.QUERY, ONE_TO_FIVE);
        old.answer("{\"Count\":0,\"Items\":[],\"ScannedCount\":0}");
        assertThat(after.isComplete()).isFalse();
        f.upstream.next().answer(PAGE);

        assertThat(text(after)).isEqualTo(PAGE);
        assertThat(text(f.ask(Operation.QUERY, ONE_TO_FIVE))).isEqualTo(PAGE);
    }

    @Test
    void query_consistentRead_goesToDynamoDbAndRenewsThePage() {
        cached(ONE_TO_FIVE);
        String newer = PAGE.replace("\"3\"", "\"4\"");

        Future<Answer> strong =
                f.ask(Operation.QUERY, ONE_TO_FIVE.replace("{\"TableName\"", "{\"ConsistentRead\":true,\"TableName\""));
        f.upstream.next().answer(newer);

        assertThat(outcome(strong)).isEqualTo(CacheOutcome.BYPASS);
        assertThat(text(f.ask(Operation.QUERY, ONE_TO_FIVE))).isEqualTo(newer);
    }

    @Test
    void query_answeredAfterAStrongReadThatBeganLater_doesNotReplaceItsPage() {
        f.ask(Operation.QUERY, ONE_TO_FIVE);
        Call weak = f.upstream.next();
        f.ticker.advance(Duration.ofMillis(1));
        f.ask(Operation.QUERY, ONE_TO_FIVE.replace("{\"TableName\"", "{\"ConsistentRead\":true,\"TableName\""));
        f.upstream.next().answer(PAGE);
        f.ticker.advance(Duration.ofMillis(1));
        weak.answer("{\"Count\":0,\"Items\":[],\"ScannedCount\":0}");

        assertThat(text(f.ask(Operation.QUERY, ONE_TO_FIVE))).isEqualTo(PAGE);
    }

    @Test
    void query_whileOthersCannotBeHeard_goesToDynamoDb() {
        cached(ONE_TO_FIVE);
        f.hearsOthers = false;

        Future<Answer> answer = f.ask(Operation.QUERY, ONE_TO_FIVE);
        f.upstream.next().answer(PAGE);

        assertThat(outcome(answer)).isEqualTo(CacheOutcome.BYPASS);
    }

    @Test
    void query_ofUnknownOutcomeInItsPartition_isNotKeptForLong() {
        cached(ONE_TO_FIVE);
        f.ask(Operation.DELETE_ITEM, "{\"TableName\":\"lines\",\"Key\":{\"pk\":{\"S\":\"p\"},\"sk\":{\"N\":\"3\"}}}");
        f.upstream.next().answer(500, "{}");
        f.ticker.advance(Duration.ofSeconds(20));
        f.ask(Operation.QUERY, ONE_TO_FIVE);
        f.upstream.next().answer(PAGE);

        assertThat(isCached(ONE_TO_FIVE)).isFalse();
    }

    private void cached(String query) {
        f.ask(Operation.QUERY, query);
        f.upstream.next().answer(PAGE);
        f.ticker.advance(Duration.ofSeconds(10));
        assertThat(isCached(query)).isTrue();
    }

    private boolean isCached(String query) {
        Future<Answer> answer = f.ask(Operation.QUERY, query);
        if (answer.isComplete()) {
            return outcome(answer) == CacheOutcome.HIT;
        }
        f.upstream.next().answer(400, "{}");
        return false;
    }

    private void put(String partition, String sort) {
        f.ask(
                Operation.PUT_ITEM,
                "{\"TableName\":\"lines\",\"Item\":{\"pk\":{\"S\":\"%s\"},\"sk\":{\"N\":\"%s\"},\"g\":{\"S\":\"x\"}}}"
                        .formatted(partition, sort));
        f.upstream.next().answer("{}");
    }

    private static String query(String sortCondition, String low, String high) {
        return ("{\"TableName\":\"lines\",\"KeyConditionExpression\":\"pk = :p AND %s\",\"ExpressionAttributeValues\":"
                        + "{\":p\":{\"S\":\"p\"},\":a\":{\"N\":\"%s\"},\":b\":{\"N\":\"%s\"}}}")
                .formatted(sortCondition, low, high);
    }

    private static ItemKey key(String partition, String sort) {
        byte[] pk = partition.getBytes(StandardCharsets.UTF_8);
        byte[] sk = sort.getBytes(StandardCharsets.UTF_8);
        return new ItemKeyWriter()
                .partitionString(pk, 0, pk.length)
                .sortNumber(sk, 0, sk.length)
                .toKey();
    }

    private static ItemKey partition(String partition) {
        byte[] pk = partition.getBytes(StandardCharsets.UTF_8);
        return new ItemKeyWriter().partitionString(pk, 0, pk.length).toKey();
    }
}
