package io.nearside.proxy.operation;

import io.nearside.change.Invalidation.IndexPartitions;
import io.nearside.item.ItemKey;
import io.nearside.proxy.cache.CachedTable;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.ItemCacheSettings;
import io.nearside.proxy.cache.PageCache;
import io.nearside.proxy.cache.PageCaches;
import io.nearside.proxy.cache.VirtualTicker;
import io.nearside.proxy.coherence.Announcer;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.nearside.version.Version;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Everything behind the HTTP edge, against a scripted upstream and under virtual time. */
final class ProxyFixture implements Announcer {

    static final String ITEM = "{\"Item\":{\"pk\":{\"S\":\"a\"},\"v\":{\"N\":\"1\"}}}";

    /** As by default. */
    private static final ReservedTables RESERVED =
            new ReservedTables(List.of("nearside-*"), name -> name.startsWith("nearside-"));

    final VirtualTicker ticker = new VirtualTicker();
    final ScriptedUpstream upstream = new ScriptedUpstream();
    final List<String> announced = new ArrayList<>();
    final List<IndexPartitions> announcedIndexes = new ArrayList<>();
    final ItemCache cache;
    final PageCache pages;
    final CachingOperations operations;
    boolean hearsOthers = true;
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    boolean announcementsFail;
    boolean reachesOthers;

    ProxyFixture() {
        this(VersionStamps.none(Version.ATTRIBUTE));
    }

    ProxyFixture(VersionStamps stamps) {
        Duration minutes = Duration.ofMinutes(5);
        cache = new ItemCache(
                new ItemCacheSettings(
                        1 << 20, minutes, Duration.ofSeconds(20), Duration.ofSeconds(3), Duration.ofSeconds(30)),
                ticker,
                Runnable::run);
        pages = PageCaches.beside(cache, ticker);
        upstream.table("orders", "id-1", "");
        upstream.table("lines", "id-2", "N");
        operations = new CachingOperations(
                upstream, cache, pages, this, ageMillis -> hearsOthers, stamps, RESERVED, ticker, () -> now);
    }

    @Override
    public void itemWritten(CachedTable table, ItemKey key, List<IndexPartitions> indexes) {
        if (announcementsFail) {
            throw new StackOverflowError("the test says so");
        }
        announced.add("item of " + table.name());
        announcedIndexes.addAll(indexes);
    }

    @Override
    public void partitionWritten(CachedTable table, ItemKey partition, List<IndexPartitions> indexes) {
        announced.add("partition of " + table.name());
        announcedIndexes.addAll(indexes);
    }

    @Override
    public void tableChanged(String table) {
        announced.add("table " + table);
    }

    @Override
    public boolean reachesOthers() {
        return reachesOthers;
    }

    Future<Answer> ask(Operation operation, String body) {
        return ask(operation, body, CacheControl.ANY);
    }

    Future<Answer> ask(Operation operation, String body, CacheControl control) {
        return ask(operations, new ApiRequest(operation, Buffer.buffer(body), control));
    }

    /** Asks as the edge does: a GetItem to which any cached answer will do goes the short way first. */
    static Future<Answer> ask(CachingOperations operations, ApiRequest request) {
        boolean mayBeReady = request.operation() == Operation.GET_ITEM
                && request.cacheControl().equals(CacheControl.ANY);
        ReadyAnswer ready = mayBeReady ? operations.getItem(Bodies.slice(request.body())) : null;
        return ready == null
                ? operations.handle(request)
                : Future.succeededFuture(new Answer(
                        200, Bodies.wrap(ready.body()), CacheOutcome.HIT, ready.ageMillis(), ready.crc32(), null));
    }

    /** Asks for item {@code a} of {@code orders}. */
    Future<Answer> get() {
        return ask(Operation.GET_ITEM, "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}");
    }

    /** Has item {@code a} of {@code orders} cached, and lets every window pass. */
    void cached() {
        Future<Answer> answer = get();
        upstream.next().answer(ITEM);
        ticker.advance(Duration.ofSeconds(40));
        if (answer.result().outcome() != CacheOutcome.MISS || get().result().outcome() != CacheOutcome.HIT) {
            throw new AssertionError("the fixture's item is not cached");
        }
    }

    /** Whether item {@code a} of {@code orders} is served from memory now. */
    boolean isCached() {
        Future<Answer> answer = get();
        if (answer.isComplete()) {
            return answer.result().outcome() == CacheOutcome.HIT;
        }
        upstream.next().cut(io.nearside.proxy.upstream.UpstreamException.Landing.NOT_SENT);
        return false;
    }

    static String text(UpstreamAnswer answer) {
        return answer.body().toString();
    }

    static String text(Future<Answer> answer) {
        return answer.result().body().toString();
    }

    static CacheOutcome outcome(Future<Answer> answer) {
        return answer.result().outcome();
    }
}
