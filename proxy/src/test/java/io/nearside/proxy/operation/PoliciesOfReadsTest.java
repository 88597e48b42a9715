package io.nearside.proxy.operation;

import io.nearside.proxy.cache.TablePolicies;
import io.nearside.proxy.cache.TablePolicy;
import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.Test;

import static io.nearside.proxy.operation.ProxyFixture.ITEM;
import static io.nearside.proxy.operation.ProxyFixture.outcome;
import static org.assertj.core.api.Assertions.assertThat;

/** What the policy of a table means for those who read it. */
class PoliciesOfReadsTest {

    private static final String QUERY = "{\"TableName\":\"lines\",\"KeyConditionExpression\":\"pk = :p\","
            + "\"ExpressionAttributeValues\":{\":p\":{\"S\":\"a\"}}}";
    private static final String PAGE =
            "{\"Count\":1,\"Items\":[{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"}}],\"ScannedCount\":1}";
    private static final Duration MINUTES = Duration.ofMinutes(5);

    private final ProxyFixture f = new ProxyFixture();

    @Test
    void itemOfATableThatIsNotCached_isDynamoDbsToAnswer() {
        f.cached();
        apply(TablePolicy.ofTtls(MINUTES, MINUTES, MINUTES).uncached());

        for (int i = 0; i < 2; i++) {
            Future<Answer> answer = f.get();
            f.upstream.next().answer(ITEM);
            assertThat(outcome(answer)).isEqualTo(CacheOutcome.BYPASS);
        }
    }

    @Test
    void itemOfATableThatIsNotCached_afterAWrite_isReadStrongly() {
        apply(TablePolicy.ofTtls(MINUTES, MINUTES, MINUTES).uncached());
        f.get();
        f.upstream.next().answer(ITEM);
        f.ask(Operation.PUT_ITEM, "{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"}}}");
        f.upstream.next().answer("{}");

        f.get();

        assertThat(f.upstream.next().body()).contains("\"ConsistentRead\":true");
    }

    @Test
    void pageOfATableThatIsNotCached_isDynamoDbsToAnswer() {
        query();
        apply(TablePolicy.ofTtls(MINUTES, MINUTES, MINUTES).uncached());

        assertThat(outcome(query())).isEqualTo(CacheOutcome.BYPASS);
        assertThat(outcome(query())).isEqualTo(CacheOutcome.BYPASS);
    }

    @Test
    void page_livesAsLongAsTheQueryTtl_whateverThatOfItemsIs() {
        apply(TablePolicy.ofTtls(MINUTES, MINUTES, Duration.ofSeconds(10)));
        query();

        f.ticker.advance(Duration.ofSeconds(8));
        Future<Answer> early = query();
        f.ticker.advance(Duration.ofSeconds(2));
        Future<Answer> late = query();

        assertThat(outcome(early)).isEqualTo(CacheOutcome.HIT);
        assertThat(outcome(late)).isEqualTo(CacheOutcome.MISS);
    }

    /** Asks for a page; if it is not in memory, DynamoDB has it. */
    private Future<Answer> query() {
        Future<Answer> answer = f.ask(Operation.QUERY, QUERY);
        if (!answer.isComplete()) {
            f.upstream.next().answer(PAGE);
        }
        return answer;
    }

    private void apply(TablePolicy policy) {
        f.cache.tables().apply(TablePolicies.same(policy));
    }
}
