package io.nearside.proxy.cache;

import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.query.PageRequest;
import io.nearside.proxy.query.QueryRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Hazard C33: weight is the only bound of the pages, so there is always room for one that is asked for more than others. */
class PageBoundsTest {

    private static final Duration TTL = Duration.ofHours(1);
    private static final Duration WINDOW = Duration.ofSeconds(3);
    private static final int WEIGHT = 1 << 18;

    private final VirtualTicker ticker = new VirtualTicker();
    private final Queue<Runnable> maintenance = new ArrayDeque<>();
    private final ItemCache items =
            new ItemCache(new ItemCacheSettings(WEIGHT, TTL, TTL, WINDOW, WINDOW), ticker, maintenance::add);
    private final PageCache pages = new PageCache(
            new PageCacheSettings(WEIGHT, WINDOW, WINDOW, WINDOW), items.tables(), ticker, maintenance::add);
    private final CachedTable table = items.tables().open("orders", "id-1");

    @Test
    void pages_smallAndMany_makeRoomForOneThatIsAskedFor() throws NotUnderstoodException {
        for (int i = 0; i < 5_000; i++) {
            install("p" + i);
            maintain();
        }
        assertThat(pages.weightBytes()).isLessThanOrEqualTo(WEIGHT);
        assertThat(pages.evicted()).isPositive();
        assertThat(pages.filedPages()).isEqualTo((int) pages.estimatedPages());

        int tries = 0;
        while (!isCached("hot") && tries < 50) {
            install("hot");
            maintain();
            tries++;
        }

        assertThat(isCached("hot")).isTrue();
        assertThat(pages.discarded()).isZero();
    }

    @Test
    void pagesOfAnEndedGeneration_areUnfiledAtOnceAndLeaveTheCacheWithMaintenance() throws NotUnderstoodException {
        for (int i = 0; i < 400; i++) {
            install("p" + i);
        }
        maintain();
        int kept = pages.filedPages();
        assertThat(kept).isGreaterThan(300);

        items.tables().endWrite("orders");

        assertThat(pages.filedPages()).isZero();
        assertThat(pages.estimatedPages()).isEqualTo(kept);
        maintain();
        assertThat(pages.estimatedPages()).isZero();
        assertThat(pages.weightBytes()).isZero();
    }

    @Test
    void pagesOfTheNextGeneration_areNotTouchedByTheEndOfTheLast() throws NotUnderstoodException {
        install("a");
        items.tables().endWrite("orders");
        ticker.advance(WINDOW.multipliedBy(2));
        install("a");
        maintain();

        assertThat(isCached("a")).isTrue();
        pages.endWrite("orders", ItemCacheFixture.key("a"), List.of());
        assertThat(isCached("a")).isFalse();
    }

    private void maintain() {
        Runnable task = maintenance.poll();
        while (task != null) {
            task.run();
            task = maintenance.poll();
        }
    }

    private boolean isCached(String partition) throws NotUnderstoodException {
        return pages.get(
                        table,
                        "",
                        ItemCacheFixture.key(partition),
                        request(partition).key())
                != null;
    }

    private void install(String partition) throws NotUnderstoodException {
        ItemKey key = ItemCacheFixture.key(partition);
        PageRequest page = request(partition);
        pages.install(
                pages.beginFill(table, "", false, key),
                page.key(),
                page.covered(JsonSlice.of(new byte[] {'{', '}'})).orElseThrow(),
                new CachedPage(new byte[] {'{', '}'}, true, ticker.read()));
    }

    private static PageRequest request(String partition) throws NotUnderstoodException {
        String body = """
                {"TableName":"orders","KeyConditionExpression":"p=:p","ExpressionAttributeValues":{":p":{"S":"%s"}}}
                """.formatted(partition);
        return QueryRequest.read(QueryRequest.Kind.QUERY, JsonSlice.of(body.getBytes(StandardCharsets.UTF_8)))
                .page(new KeySchema(new KeyAttribute("p", KeyType.S), null), null);
    }
}
