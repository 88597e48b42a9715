package io.nearside.proxy.operation;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nearside.proxy.cache.TablePolicies;
import io.nearside.proxy.cache.TablePolicy;
import io.nearside.proxy.metrics.CacheMeters;
import io.nearside.proxy.metrics.ProxyMetrics;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What operators hear of look-ups, operation by operation. */
class LookupsByOperationTest {

    private static final Duration TTL = Duration.ofMinutes(5);
    private static final String EMPTY_PAGE = "{\"Count\":0,\"Items\":[],\"ScannedCount\":0}";

    private final ProxyFixture f = new ProxyFixture();

    @BeforeEach
    void read() {
        f.cache
                .tables()
                .apply(TablePolicies.same(TablePolicy.ofTtls(TTL, TTL, TTL).withScans(true)));
        String query = "{\"TableName\":\"orders\",\"KeyConditionExpression\":\"pk = :p\","
                + "\"ExpressionAttributeValues\":{\":p\":{\"S\":\"p\"}}}";
        String batch = "{\"RequestItems\":{\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}},{\"pk\":{\"S\":\"b\"}}]}}}";
        String item = "{\"pk\":{\"S\":\"%s\"}}";

        f.get();
        f.upstream.next().answer("{\"Item\":" + item.formatted("a") + "}");
        f.get();
        f.get();
        f.get();
        f.ask(Operation.BATCH_GET_ITEM, batch);
        f.upstream.next().answer("{\"Responses\":{\"orders\":[" + item.formatted("b") + "]},\"UnprocessedKeys\":{}}");
        f.ask(Operation.QUERY, query);
        f.upstream.next().answer(EMPTY_PAGE);
        f.ask(Operation.QUERY, query);
        f.ask(Operation.SCAN, "{\"TableName\":\"orders\"}");
        f.upstream.next().answer(EMPTY_PAGE);
    }

    @Test
    void summary_hasTheHitRatioOfEveryOperation() {
        assertThat(f.operations.inspector().summary())
                .contains("\"GetItem\":{\"hits\":3,\"misses\":1,\"hitRatio\":0.75,")
                .contains("\"BatchGetItem\":{\"hits\":1,\"misses\":1,\"hitRatio\":0.5,")
                .contains("\"Query\":{\"hits\":1,\"misses\":1,\"hitRatio\":0.5,")
                .contains("\"Scan\":{\"hits\":0,\"misses\":1,\"hitRatio\":0.0,")
                .contains("\"items\":{\"hits\":4,\"misses\":2,")
                .contains("\"pages\":{\"hits\":1,\"misses\":2,");
    }

    @Test
    void metrics_haveTheSameResolution() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

        CacheMeters.register(new ProxyMetrics(registry), f.cache, f.pages, f.operations, 0);

        String series =
                "nearside_proxy_cache_lookups_total{cache=\"%s\",operation=\"%s\",result=\"%s\",table=\"orders\"} ";
        assertThat(registry.scrape())
                .contains(series.formatted("items", "GetItem", "hit") + "3.0")
                .contains(series.formatted("items", "BatchGetItem", "hit") + "1.0")
                .contains(series.formatted("items", "BatchGetItem", "absent") + "1.0")
                .contains(series.formatted("pages", "Query", "hit") + "1.0")
                .contains(series.formatted("pages", "Scan", "absent") + "1.0");
    }
}
