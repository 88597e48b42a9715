package io.nearside.proxy.operation;

import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.ItemCacheSettings;
import io.nearside.proxy.cache.PageCache;
import io.nearside.proxy.cache.PageCacheSettings;
import io.nearside.proxy.cache.VirtualTicker;
import io.nearside.proxy.coherence.Announcer;
import io.nearside.proxy.coherence.ServingRule;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Hazard C2 and its price: reads within the window after a write are sent as strongly consistent ones, and counted. */
class ConsistencyUpgradeTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SETTLE = Duration.ofSeconds(5);
    private static final String STATEMENT = """
            {"Statement":"DELETE FROM orders WHERE pk='a'"}""";
    private static final String GET = """
            {"TableName":"orders","Key":{"pk":{"S":"a"}}}""";
    private static final String BATCH = """
            {"RequestItems":{"orders":{"Keys":[{"pk":{"S":"a"}}]}}}""";
    private static final String QUERY = """
            {"TableName":"orders","KeyConditionExpression":"pk=:p","ExpressionAttributeValues":{":p":{"S":"a"}}}""";

    private final VirtualTicker ticker = new VirtualTicker();
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    @Test
    void reads_afterAWrite_areSentStronglyAndCounted() {
        CachingOperations operations = operations(Duration.ofSeconds(3));
        write(operations);

        assertThat(sent(operations, Operation.QUERY, QUERY)).contains("\"ConsistentRead\":true");
        assertThat(sent(operations, Operation.BATCH_GET_ITEM, BATCH)).contains("\"ConsistentRead\":true");
        assertThat(sent(operations, Operation.GET_ITEM, GET)).contains("\"ConsistentRead\":true");
        ServedReads.upgradedOperations()
                .forEach(operation -> assertThat(operations.served().upgrades(operation))
                        .as(operation.label())
                        .isEqualTo(1));

        ticker.advance(Duration.ofSeconds(4));
        assertThat(sent(operations, Operation.GET_ITEM, GET)).doesNotContain("ConsistentRead");
        assertThat(operations.served().upgrades(Operation.GET_ITEM)).isEqualTo(1);
    }

    @Test
    void reads_thatAskForConsistencyThemselves_areNotCounted() {
        CachingOperations operations = operations(Duration.ofSeconds(3));
        write(operations);

        sent(operations, Operation.GET_ITEM, GET.replace("{\"TableName\"", "{\"ConsistentRead\":true,\"TableName\""));

        assertThat(operations.served().upgrades(Operation.GET_ITEM)).isZero();
    }

    @Test
    void reads_afterAWriteWhereTheWindowIsZero_areSentAsTheyCame() {
        CachingOperations operations = operations(Duration.ZERO);
        write(operations);

        assertThat(sent(operations, Operation.QUERY, QUERY)).doesNotContain("ConsistentRead");
        assertThat(sent(operations, Operation.BATCH_GET_ITEM, BATCH)).doesNotContain("ConsistentRead");
        assertThat(sent(operations, Operation.GET_ITEM, GET)).doesNotContain("ConsistentRead");
        ServedReads.upgradedOperations()
                .forEach(operation ->
                        assertThat(operations.served().upgrades(operation)).isZero());
    }

    private CachingOperations operations(Duration window) {
        upstream.table("orders", "id-1", "");
        ItemCache items =
                new ItemCache(new ItemCacheSettings(1 << 20, LONG, LONG, window, LONG), ticker, Runnable::run);
        PageCache pages = new PageCache(
                new PageCacheSettings(1 << 20, window, SETTLE, LONG), items.tables(), ticker, Runnable::run);
        return new CachingOperations(
                upstream,
                items,
                pages,
                Announcer.SILENT,
                ServingRule.TTL_ONLY,
                VersionStamps.none("version"),
                ReservedTables.NONE,
                ticker,
                () -> Instant.EPOCH);
    }

    /** A statement touches any item of its table, and keeps none. */
    private void write(CachingOperations operations) {
        operations.handle(new ApiRequest(Operation.GET_ITEM, Buffer.buffer(GET), CacheControl.ANY));
        upstream.next().answer("{}");
        operations.handle(new ApiRequest(Operation.EXECUTE_STATEMENT, Buffer.buffer(STATEMENT), CacheControl.ANY));
        upstream.next().answer("{}");
    }

    /** What DynamoDB is asked; it answers with an error, so that nothing is kept. */
    private String sent(CachingOperations operations, Operation operation, String body) {
        operations.handle(new ApiRequest(operation, Buffer.buffer(body), CacheControl.ANY));
        ScriptedUpstream.Call call = upstream.next();
        call.answer(400, "{}");
        return call.body();
    }
}
