package io.nearside.proxy.operation;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nearside.proxy.metrics.CacheMeters;
import io.nearside.proxy.metrics.ProxyMetrics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ServedReadsTest {

    @Test
    void hits_ofEveryOperation_countWhatDynamoDbWouldHave() {
        ProxyFixture f = new ProxyFixture();
        f.cached();
        String big = "x".repeat(5000);
        f.ask(Operation.GET_ITEM, "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"b\"}}}");
        f.upstream.next().answer("{\"Item\":{\"pk\":{\"S\":\"b\"},\"v\":{\"S\":\"" + big + "\"}}}");
        f.ask(
                Operation.BATCH_GET_ITEM,
                "{\"RequestItems\":{\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}},{\"pk\":{\"S\":\"b\"}}]}}}");
        f.get();

        List<ServedReads.TableReads> tables = new ArrayList<>();
        f.operations.served().observe(tables::add);

        assertThat(tables).hasSize(1);
        assertThat(tables.get(0).table()).isEqualTo("orders");
        // The fixture's own look and this test's; a small item and one of two halves.
        assertThat(tables.get(0).units(Operation.GET_ITEM)).isEqualTo(1.0);
        assertThat(tables.get(0).units(Operation.BATCH_GET_ITEM)).isEqualTo(1.5);
        assertThat(tables.get(0).units()).isEqualTo(2.5);
    }

    @Test
    void pages_countTheSumOfTheirItems() {
        ProxyFixture f = new ProxyFixture();
        String query = "{\"TableName\":\"lines\",\"KeyConditionExpression\":\"pk = :p\","
                + "\"ExpressionAttributeValues\":{\":p\":{\"S\":\"p\"}}}";
        String item = "{\"pk\":{\"S\":\"p\"},\"sk\":{\"N\":\"%d\"},\"v\":{\"S\":\"" + "x".repeat(3000) + "\"}}";
        f.ask(Operation.QUERY, query);
        f.upstream
                .next()
                .answer("{\"Count\":3,\"Items\":[" + item.formatted(1) + "," + item.formatted(2) + ","
                        + item.formatted(3) + "],\"ScannedCount\":3}");
        f.ask(Operation.QUERY, query);

        List<ServedReads.TableReads> tables = new ArrayList<>();
        f.operations.served().observe(tables::add);

        assertThat(tables.get(0).units(Operation.QUERY)).isEqualTo(1.5);
    }

    @Test
    void hits_inAScrape_arePricedPerTable() {
        ProxyFixture f = new ProxyFixture();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        CacheMeters.register(new ProxyMetrics(registry), f.cache, f.pages, f.operations, 0.125);

        f.cached();

        assertThat(registry.scrape())
                .contains("nearside_proxy_cache_read_units_total{operation=\"GetItem\",table=\"orders\"} 0.5")
                .contains("nearside_proxy_cache_saved_dollars_total{table=\"orders\"} 6.25E-8");
    }

    @Test
    void tablesBeyondTheBound_countAsOne() {
        ServedReads served = new ServedReads();
        List<String> names = new ArrayList<>();
        served.observe(table -> names.add(table.table()));

        for (int i = 0; i < ServedReads.MOST_TABLES + 10; i++) {
            served.served("t" + i, Operation.SCAN, 1);
            served.served("t" + i, Operation.SCAN, 1);
        }

        assertThat(names).hasSize(ServedReads.MOST_TABLES + 1).endsWith(ServedReads.OTHERS);
    }
}
