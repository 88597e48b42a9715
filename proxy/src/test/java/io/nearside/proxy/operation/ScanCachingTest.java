package io.nearside.proxy.operation;

import io.nearside.change.Invalidation.IndexPartitions;
import io.nearside.item.ItemKey;
import io.nearside.item.ItemKeyWriter;
import io.nearside.proxy.cache.TablePolicies;
import io.nearside.proxy.cache.TablePolicy;
import io.nearside.proxy.operation.ScriptedUpstream.Call;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.nearside.proxy.operation.ProxyFixture.outcome;
import static io.nearside.proxy.operation.ProxyFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

/** Hazards C12, C16 and C18: pages of scans. */
class ScanCachingTest {

    private static final String ALL = "{\"TableName\":\"lines\"}";
    private static final String BY_G = "{\"TableName\":\"lines\",\"IndexName\":\"by-g\"}";
    private static final String STRONG = "{\"TableName\":\"lines\",\"ConsistentRead\":true}";
    private static final String PAGE =
            "{\"Count\":1,\"Items\":[{\"pk\":{\"S\":\"p\"},\"sk\":{\"N\":\"3\"}}],\"ScannedCount\":1}";
    private static final Duration TTL = Duration.ofMinutes(5);

    private final ProxyFixture f = new ProxyFixture();

    @BeforeEach
    void keepScans() {
        f.cache
                .tables()
                .apply(TablePolicies.same(TablePolicy.ofTtls(TTL, TTL, TTL).withScans(true)));
    }

    @Test
    void scan_secondTime_isServedFromMemory() {
        Future<Answer> first = scan(ALL);
        Future<Answer> second = f.ask(Operation.SCAN, ALL);

        assertThat(outcome(first)).isEqualTo(CacheOutcome.MISS);
        assertThat(outcome(second)).isEqualTo(CacheOutcome.HIT);
        assertThat(text(second)).isEqualTo(PAGE);
    }

    @Test
    void scan_unlessThePolicyKeepsScans_isDynamoDbsToAnswer() {
        scan(ALL);
        f.cache.tables().apply(TablePolicies.same(TablePolicy.ofTtls(TTL, TTL, TTL)));

        assertThat(outcome(scan(ALL))).isEqualTo(CacheOutcome.BYPASS);
    }

    @Test
    void scan_afterAnyWriteToItsTable_isAskedAgain() {
        cached(ALL);
        cached(BY_G);

        write("orders");
        assertThat(isCached(ALL)).isTrue();
        assertThat(isCached(BY_G)).isTrue();

        write("lines");
        assertThat(isCached(ALL)).isFalse();
        assertThat(isCached(BY_G)).isFalse();
    }

    @Test
    void scan_afterAnyAnnouncedWriteToItsTable_isAskedAgain() {
        cached(ALL);
        cached(BY_G);

        f.pages.invalidate("lines", key(), List.of(new IndexPartitions("by-g", List.of(), false)));

        assertThat(isCached(ALL)).isFalse();
        assertThat(isCached(BY_G)).isFalse();
    }

    @Test
    void scan_overtakenByAWrite_isNotKept() {
        f.ticker.advance(Duration.ofSeconds(10));
        f.ask(Operation.SCAN, ALL);
        Call call = f.upstream.next();
        write("lines");
        call.answer(PAGE);
        f.ticker.advance(Duration.ofSeconds(10));

        assertThat(isCached(ALL)).isFalse();
    }

    @Test
    void scan_ofARecentlyWrittenTable_isAnsweredAsAskedAndNotKept() {
        write("lines");

        f.ask(Operation.SCAN, ALL);
        Call call = f.upstream.next();
        call.answer(PAGE);

        assertThat(call.body()).isEqualTo(ALL);
        assertThat(isCached(ALL)).isFalse();
    }

    @Test
    void scan_consistentReadOfARecentlyWrittenTable_isKept() {
        write("lines");

        Future<Answer> strong = scan(STRONG);

        assertThat(outcome(strong)).isEqualTo(CacheOutcome.BYPASS);
        assertThat(isCached(ALL)).isTrue();
    }

    @Test
    void scan_ofAGlobalIndex_isNotKeptWhileTheIndexSettles() {
        write("lines");
        f.ticker.advance(Duration.ofSeconds(4));
        scan(BY_G);
        assertThat(isCached(BY_G)).isFalse();

        f.ticker.advance(Duration.ofSeconds(2));
        cached(BY_G);
    }

    @Test
    void scan_afterAWriteOfUnknownOutcome_isNotKeptForLong() {
        f.ask(Operation.DELETE_ITEM, "{\"TableName\":\"lines\",\"Key\":{\"pk\":{\"S\":\"p\"},\"sk\":{\"N\":\"3\"}}}");
        f.upstream.next().answer(500, "{}");
        f.ticker.advance(Duration.ofSeconds(20));
        scan(STRONG);
        assertThat(isCached(ALL)).isFalse();

        f.ticker.advance(Duration.ofSeconds(20));
        cached(ALL);
    }

    @Test
    void scan_afterAStatementOnItsTable_isAskedAgain() {
        cached(ALL);

        f.ask(Operation.EXECUTE_STATEMENT, "{\"Statement\":\"DELETE FROM lines WHERE pk='p' AND sk=3\"}");
        f.upstream.next().answer("{}");

        assertThat(isCached(ALL)).isFalse();
    }

    @Test
    void scan_ofASegment_isAPageOfItsOwn() {
        cached("{\"TableName\":\"lines\",\"TotalSegments\":2,\"Segment\":0}");

        assertThat(isCached("{\"TableName\":\"lines\",\"TotalSegments\":2,\"Segment\":1}"))
                .isFalse();
        assertThat(isCached("{\"TableName\":\"lines\",\"TotalSegments\":3,\"Segment\":0}"))
                .isFalse();
        assertThat(isCached(ALL)).isFalse();
        assertThat(isCached("{\"Segment\":0,\"TotalSegments\":2,\"TableName\":\"lines\"}"))
                .isTrue();
    }

    @Test
    void scan_concurrentMisses_shareOneCall() {
        f.ask(Operation.SCAN, ALL);
        Future<Answer> second = f.ask(Operation.SCAN, ALL);
        f.upstream.next().answer(PAGE);

        assertThat(f.upstream.sent()).isEqualTo(1);
        assertThat(outcome(second)).isEqualTo(CacheOutcome.COALESCED);
    }

    @Test
    void scan_noCache_goesToDynamoDbAndRenewsThePage() {
        cached(ALL);

        Future<Answer> answer = f.ask(Operation.SCAN, ALL, CacheControl.NO_CACHE);
        f.upstream.next().answer("{\"Count\":0,\"Items\":[],\"ScannedCount\":0}");

        assertThat(outcome(answer)).isEqualTo(CacheOutcome.REFRESH);
        assertThat(text(f.ask(Operation.SCAN, ALL))).contains("\"Count\":0");
    }

    private void cached(String scan) {
        scan(scan);
        f.ticker.advance(Duration.ofSeconds(1));
        assertThat(isCached(scan)).isTrue();
    }

    private Future<Answer> scan(String scan) {
        Future<Answer> answer = f.ask(Operation.SCAN, scan);
        f.upstream.next().answer(PAGE);
        return answer;
    }

    private boolean isCached(String scan) {
        Future<Answer> answer = f.ask(Operation.SCAN, scan);
        if (answer.isComplete()) {
            return outcome(answer) == CacheOutcome.HIT;
        }
        f.upstream.next().answer(400, "{}");
        return false;
    }

    private void write(String table) {
        f.ask(
                Operation.PUT_ITEM,
                "{\"TableName\":\"" + table + "\",\"Item\":{\"pk\":{\"S\":\"q\"},\"sk\":{\"N\":\"1\"}}}");
        f.upstream.next().answer("{}");
    }

    private static ItemKey key() {
        byte[] pk = "q".getBytes(StandardCharsets.UTF_8);
        byte[] sk = "1".getBytes(StandardCharsets.UTF_8);
        return new ItemKeyWriter()
                .partitionString(pk, 0, pk.length)
                .sortNumber(sk, 0, sk.length)
                .toKey();
    }
}
