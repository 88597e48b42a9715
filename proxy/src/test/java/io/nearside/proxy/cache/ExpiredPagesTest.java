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
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Hazard C14: a page that takes the place of one past its time, before maintenance came by, is found by the next write. */
class ExpiredPagesTest {

    private static final Duration TTL = Duration.ofMinutes(5);
    private static final Duration WINDOW = Duration.ofSeconds(3);
    private static final ItemKey KEY = ItemCacheFixture.key("a");

    private final VirtualTicker ticker = new VirtualTicker();
    private final ItemCache items =
            new ItemCache(new ItemCacheSettings(1 << 20, TTL, TTL, WINDOW, WINDOW), ticker, maintenance -> {});
    private final PageCache pages = new PageCache(
            new PageCacheSettings(1 << 20, WINDOW, WINDOW, WINDOW), items.tables(), ticker, maintenance -> {});
    private final CachedTable table = items.tables().open("orders", "id-1");

    @Test
    void page_inThePlaceOfAnExpiredOne_isDroppedByTheNextWrite() throws NotUnderstoodException {
        PageRequest page = request();
        assertThat(install(page, 1)).isTrue();
        ticker.advance(TTL.multipliedBy(2));
        assertThat(pages.get(table, "", KEY, page.key())).isNull();

        assertThat(install(page, 2)).isTrue();
        assertThat(pages.get(table, "", KEY, page.key())).isNotNull();
        pages.endWrite("orders", KEY, List.of());

        assertThat(pages.get(table, "", KEY, page.key())).isNull();
        assertThat(pages.dropped()).isEqualTo(1);
    }

    private boolean install(PageRequest page, int value) throws NotUnderstoodException {
        PageFill fill = pages.beginFill(table, "", false, KEY);
        return pages.install(
                fill,
                page.key(),
                page.covered(JsonSlice.of(new byte[] {'{', '}'})).orElseThrow(),
                new CachedPage(new byte[] {(byte) value}, true, ticker.read()));
    }

    private static PageRequest request() throws NotUnderstoodException {
        String body = "{\"TableName\":\"orders\",\"KeyConditionExpression\":\"p=:p\","
                + "\"ExpressionAttributeValues\":{\":p\":{\"S\":\"a\"}}}";
        return QueryRequest.read(QueryRequest.Kind.QUERY, JsonSlice.of(body.getBytes(StandardCharsets.UTF_8)))
                .page(new KeySchema(new KeyAttribute("p", KeyType.S), null), null);
    }
}
