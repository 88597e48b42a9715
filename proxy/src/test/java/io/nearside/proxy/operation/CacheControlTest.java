package io.nearside.proxy.operation;

import io.nearside.proxy.cache.TablePolicies;
import io.nearside.proxy.cache.TablePolicy;
import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.nearside.proxy.operation.ProxyFixture.outcome;
import static io.nearside.proxy.operation.ProxyFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

/** A caller who says how old an answer may be, of every operation that memory answers. */
class CacheControlTest {

    private static final Duration TTL = Duration.ofMinutes(5);
    private static final CacheControl TEN_SECONDS = new CacheControl(false, 10_000);

    private final ProxyFixture f = new ProxyFixture();

    private enum Read {
        GET_ITEM(
                Operation.GET_ITEM,
                "{\"TableName\":\"lines\",\"Key\":{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"}}}",
                "{\"Item\":%s}"),
        BATCH_GET_ITEM(
                Operation.BATCH_GET_ITEM,
                "{\"RequestItems\":{\"lines\":{\"Keys\":[{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"}}]}}}",
                "{\"Responses\":{\"lines\":[%s]},\"UnprocessedKeys\":{}}"),
        QUERY(
                Operation.QUERY,
                "{\"TableName\":\"lines\",\"KeyConditionExpression\":\"pk = :p\","
                        + "\"ExpressionAttributeValues\":{\":p\":{\"S\":\"a\"}}}",
                "{\"Count\":1,\"Items\":[%s],\"ScannedCount\":1}"),
        QUERY_OF_AN_INDEX(
                Operation.QUERY,
                "{\"TableName\":\"lines\",\"IndexName\":\"by-g\",\"KeyConditionExpression\":\"g = :p\","
                        + "\"ExpressionAttributeValues\":{\":p\":{\"S\":\"a\"}}}",
                "{\"Count\":1,\"Items\":[%s],\"ScannedCount\":1}"),
        SCAN(Operation.SCAN, "{\"TableName\":\"lines\"}", "{\"Count\":1,\"Items\":[%s],\"ScannedCount\":1}");

        private final Operation operation;
        private final String request;
        private final String answer;

        Read(Operation operation, String request, String answer) {
            this.operation = operation;
            this.request = request;
            this.answer = answer;
        }

        String answer(int version) {
            return answer.formatted("{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"},\"v\":{\"N\":\"" + version + "\"}}");
        }
    }

    @BeforeEach
    void keepScans() {
        f.cache
                .tables()
                .apply(TablePolicies.same(TablePolicy.ofTtls(TTL, TTL, TTL).withScans(true)));
    }

    @ParameterizedTest
    @EnumSource(Read.class)
    void maxAge_thatTheEntryHas_isAHit(Read read) {
        ask(read, CacheControl.ANY, 1);
        f.ticker.advance(Duration.ofSeconds(10));

        Future<Answer> answer = f.ask(read.operation, read.request, TEN_SECONDS);

        assertThat(outcome(answer)).isEqualTo(CacheOutcome.HIT);
        assertThat(answer.result().ageMillis()).isEqualTo(10_000);
    }

    @ParameterizedTest
    @EnumSource(Read.class)
    void maxAge_thatTheEntryExceeds_refreshesItForEverybody(Read read) {
        ask(read, CacheControl.ANY, 1);
        f.ticker.advance(Duration.ofMillis(10_001));

        Future<Answer> refreshed = ask(read, TEN_SECONDS, 2);
        Future<Answer> next = f.ask(read.operation, read.request);

        assertThat(outcome(refreshed)).isEqualTo(CacheOutcome.REFRESH);
        assertThat(text(refreshed)).isEqualTo(read.answer(2));
        assertThat(outcome(next)).isEqualTo(CacheOutcome.HIT);
        assertThat(next.result().ageMillis()).isZero();
        assertThat(text(next)).isEqualTo(read.answer(2));
    }

    @ParameterizedTest
    @EnumSource(Read.class)
    void noCache_refreshesWhateverItsAge(Read read) {
        ask(read, CacheControl.ANY, 1);
        f.ticker.advance(Duration.ofMillis(1));

        Future<Answer> refreshed = ask(read, CacheControl.NO_CACHE, 2);

        assertThat(outcome(refreshed)).isEqualTo(CacheOutcome.REFRESH);
        assertThat(text(f.ask(read.operation, read.request))).isEqualTo(read.answer(2));
    }

    @ParameterizedTest
    @EnumSource(Read.class)
    void noCache_doesNotJoinACallUnderWay(Read read) {
        Future<Answer> first = f.ask(read.operation, read.request);
        Future<Answer> second = f.ask(read.operation, read.request, CacheControl.NO_CACHE);

        f.upstream.next().answer(read.answer(1));
        assertThat(second.isComplete()).isFalse();
        f.upstream.next().answer(read.answer(2));

        assertThat(text(first)).isEqualTo(read.answer(1));
        assertThat(text(second)).isEqualTo(read.answer(2));
    }

    /** Asks, and has DynamoDB answer. */
    private Future<Answer> ask(Read read, CacheControl control, int version) {
        Future<Answer> answer = f.ask(read.operation, read.request, control);
        f.upstream.next().answer(read.answer(version));
        return answer;
    }
}
