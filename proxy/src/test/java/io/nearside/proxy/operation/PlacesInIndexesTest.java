package io.nearside.proxy.operation;

import io.nearside.change.Invalidation.IndexPartitions;
import io.nearside.item.ItemKey;
import io.nearside.item.ItemKeyWriter;
import io.nearside.proxy.operation.ScriptedUpstream.Call;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.nearside.proxy.operation.ProxyFixture.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Hazards C14, C15 and C17 for what is announced: a write made elsewhere drops the pages of indexes that its item left or entered, as
 * exactly as one made here; and an operator's invalidation of a partition drops that partition.
 */
class PlacesInIndexesTest {

    private static final String ITEM = "{\"Item\":{\"pk\":{\"S\":\"p\"},\"sk\":{\"S\":\"3\"}}}";
    private static final String PAGE = "{\"Count\":0,\"Items\":[],\"ScannedCount\":0}";
    private static final String BY_L = query("by-l", "pk", "p", "l");
    private static final String BY_G = query("by-g", "g", "x", "sk");
    private static final String BY_PK = query("by-pk", "pk", "p", "g");
    private static final String TABLE_PAGE = query("", "pk", "p", "sk");

    private final ProxyFixture f = new ProxyFixture();

    @BeforeEach
    void describe() {
        f.upstream.indexedTable("indexed", "id-3");
    }

    @Test
    void pageOfALocalIndex_thatTheItemNeitherLeftNorEntered_staysInMemory() {
        cached(BY_L);

        announce("9", IndexPartitions.ofKeys("by-l", true, key("p", "6"), key("p", "0")));
        announce("9", IndexPartitions.ofKeys("by-l", true, null, null));

        assertThat(isCached(BY_L)).isTrue();
    }

    @Test
    void pageOfALocalIndex_thatTheItemLeftOrEntered_isAskedAgain() {
        cached(BY_L);
        announce("9", IndexPartitions.ofKeys("by-l", true, key("p", "3"), key("p", "9")));
        assertThat(isCached(BY_L)).isFalse();

        cached(BY_L);
        announce("9", IndexPartitions.ofKeys("by-l", true, null, key("p", "3")));
        assertThat(isCached(BY_L)).isFalse();
    }

    @Test
    void pageOfALocalIndex_whenThePlaceIsNotKnown_isAskedAgain() {
        cached(BY_L);
        announce("9", new IndexPartitions("by-l", true, List.of(), List.of(), true));
        assertThat(isCached(BY_L)).isFalse();

        cached(BY_L);
        announce("9", new IndexPartitions("by-g", List.of(), false));
        assertThat(isCached(BY_L)).isFalse();
    }

    @Test
    void pageOfALocalIndex_unknownPlace_costsNoPageOfAGlobalOne() {
        cached(BY_G);

        announce(
                "9",
                new IndexPartitions("by-l", true, List.of(), List.of(), true),
                IndexPartitions.ofKeys("by-g", false, key("y", "9"), null));

        assertThat(isCached(BY_G)).isTrue();
    }

    @Test
    void pageOfAGlobalIndex_staysUnlessTheItemLeftOrEnteredIt() {
        cached(BY_G);
        announce("9", IndexPartitions.ofKeys("by-g", false, key("x", "9"), key("y", "3")));
        assertThat(isCached(BY_G)).isTrue();

        announce("3", IndexPartitions.ofKeys("by-g", false, key("y", "3"), key("x", "3")));
        assertThat(isCached(BY_G)).isFalse();
    }

    /** The partition settles although its pages stay. */
    @Test
    void partitionOfAGlobalIndex_thatWasWritten_settlesFirst() {
        cached(BY_G);
        announce("3", IndexPartitions.ofKeys("by-g", false, null, key("x", "3")));
        f.ask(Operation.QUERY, BY_G);
        f.upstream.next().answer(PAGE);

        assertThat(isCached(BY_G)).isFalse();
    }

    @Test
    void ownWrite_announcesPlacesInEveryIndex() {
        cached(BY_L);

        f.ask(
                Operation.PUT_ITEM,
                "{\"TableName\":\"indexed\",\"Item\":{\"pk\":{\"S\":\"p\"},\"sk\":{\"S\":\"3\"},\"l\":{\"S\":\"7\"},"
                        + "\"g\":{\"S\":\"y\"}}}");
        f.upstream.next().answer("{\"Attributes\":{\"pk\":{\"S\":\"p\"},\"sk\":{\"S\":\"3\"},\"l\":{\"S\":\"6\"}}}");

        assertThat(f.announcedIndexes)
                .containsExactlyInAnyOrder(
                        IndexPartitions.ofKeys("by-l", true, key("p", "6"), key("p", "7")),
                        IndexPartitions.ofKeys("by-g", false, null, key("y", "3")),
                        IndexPartitions.ofKeys("by-pk", false, null, key("p", "y")));
        assertThat(isCached(BY_L)).isTrue();
    }

    @Test
    void partition_invalidated_goesAndNothingElse() {
        String other = query("", "pk", "q", "sk");
        cachedItem("p");
        cachedItem("q");
        String otherByPk = query("by-pk", "pk", "q", "g");
        for (String page : List.of(TABLE_PAGE, other, BY_L, BY_PK, BY_G, otherByPk)) {
            cached(page);
        }

        assertThat(invalidate("{\"table\":\"indexed\",\"partition\":{\"pk\":{\"S\":\"p\"}}}"))
                .isEqualTo("{\"invalidated\":\"partition\",\"table\":\"indexed\"}\n");

        assertThat(f.announced).containsExactly("partition of indexed");
        assertThat(isItemCached("p")).isFalse();
        assertThat(isItemCached("q")).isTrue();
        assertThat(isCached(TABLE_PAGE)).isFalse();
        assertThat(isCached(other)).isTrue();
        assertThat(isCached(BY_L)).isFalse();
        assertThat(isCached(BY_PK)).isFalse();
        assertThat(isCached(otherByPk)).isTrue();
        assertThat(isCached(BY_G)).as("in which its items may be").isFalse();
    }

    @Test
    void readUnderWay_whenItsPartitionIsInvalidated_isNotKept_andTheNextIsStrong() {
        getItem("p");
        Call call = f.upstream.next();
        invalidate("{\"table\":\"indexed\",\"partition\":{\"pk\":{\"S\":\"p\"}}}");
        call.answer(ITEM);
        assertThat(isItemCached("p")).isFalse();

        getItem("p");
        assertThat(f.upstream.next().body()).startsWith("{\"ConsistentRead\":true,");
    }

    @Test
    void partition_thatIsNone_isRefusedInWords() {
        assertThatThrownBy(() -> invalidate("{\"table\":\"indexed\",\"partition\":{\"sk\":{\"S\":\"p\"}}}"))
                .hasMessageContaining("partition: write")
                .hasMessageContaining("{\"pk\":{\"S\":\"text\"}}");
    }

    private String invalidate(String request) {
        Future<String> done = f.operations.inspector().invalidate(request.getBytes(StandardCharsets.UTF_8));
        if (done.failed()) {
            throw new IllegalArgumentException(done.cause());
        }
        return done.result();
    }

    private void announce(String sortKey, IndexPartitions... indexes) {
        f.pages.invalidate("indexed", key("p", sortKey), List.of(indexes));
    }

    private void cached(String query) {
        f.ticker.advance(Duration.ofSeconds(10));
        f.ask(Operation.QUERY, query);
        f.upstream.next().answer(PAGE);
        assertThat(isCached(query)).isTrue();
    }

    private boolean isCached(String query) {
        return isHit(f.ask(Operation.QUERY, query));
    }

    private void cachedItem(String partition) {
        getItem(partition);
        f.upstream.next().answer(ITEM);
        assertThat(isItemCached(partition)).isTrue();
    }

    private boolean isItemCached(String partition) {
        return isHit(getItem(partition));
    }

    private Future<Answer> getItem(String partition) {
        return f.ask(
                Operation.GET_ITEM,
                "{\"TableName\":\"indexed\",\"Key\":{\"pk\":{\"S\":\"" + partition + "\"},\"sk\":{\"S\":\"3\"}}}");
    }

    private boolean isHit(Future<Answer> answer) {
        if (answer.isComplete()) {
            return outcome(answer) == CacheOutcome.HIT;
        }
        f.upstream.next().answer(400, "{}");
        return false;
    }

    /** What lies between 1 and 5 in a partition. */
    private static String query(String index, String partitionKey, String partition, String sortKey) {
        return "{\"TableName\":\"indexed\"" + (index.isEmpty() ? "" : ",\"IndexName\":\"" + index + "\"")
                + ",\"KeyConditionExpression\":\"" + partitionKey + " = :p AND " + sortKey + " BETWEEN :a AND :b\","
                + "\"ExpressionAttributeValues\":{\":p\":{\"S\":\"" + partition
                + "\"},\":a\":{\"S\":\"1\"},\":b\":{\"S\":\"5\"}}}";
    }

    private static ItemKey key(String partition, @Nullable String sort) {
        byte[] first = partition.getBytes(StandardCharsets.UTF_8);
        ItemKeyWriter writer = new ItemKeyWriter().partitionString(first, 0, first.length);
        if (sort != null) {
            byte[] second = sort.getBytes(StandardCharsets.UTF_8);
            writer.sortString(second, 0, second.length);
        }
        return writer.toKey();
    }
}
