package io.nearside.proxy.operation;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nearside.proxy.cache.TablePolicy;
import io.nearside.proxy.metrics.CacheMeters;
import io.nearside.proxy.metrics.ProxyMetrics;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Every read that memory had no say in is counted once, under the reason. */
class BypassesTest {

    private static final Duration MINUTES = Duration.ofMinutes(5);

    private final ProxyFixture f = new ProxyFixture();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET_ITEM|CONSISTENT|{\"TableName\":\"lines\",KEY,\"ConsistentRead\":true}",
                "GET_ITEM|NOT_UNDERSTOOD|{\"TableName\":\"lines\",KEY,\"Invented\":true}",
                "GET_ITEM|NOT_UNDERSTOOD|{\"TableName\":\"lines\",\"Key\":{}}",
                "GET_ITEM|NOT_UNDERSTOOD|[]",
                "GET_ITEM|TABLE_UNKNOWN|{\"TableName\":\"nowhere\",KEY}",
                "GET_ITEM|NOT_CACHED|{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}",
                "BATCH_GET_ITEM|CONSISTENT|{\"RequestItems\":{\"lines\":{\"ConsistentRead\":true,\"Keys\":[{ATTRIBUTES}]}}}",
                "BATCH_GET_ITEM|NOT_UNDERSTOOD|{\"RequestItems\":{\"lines\":{\"Keys\":[{ATTRIBUTES}]}},\"Invented\":true}",
                "BATCH_GET_ITEM|NOT_UNDERSTOOD|{\"RequestItems\":{\"lines\":{\"Keys\":[{ATTRIBUTES},{ATTRIBUTES}]}}}",
                "BATCH_GET_ITEM|TABLE_UNKNOWN|{\"RequestItems\":{\"nowhere\":{\"Keys\":[{ATTRIBUTES}]}}}",
                "BATCH_GET_ITEM|NOT_CACHED|{\"RequestItems\":{\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}}]}}}",
                "QUERY|CONSISTENT|{\"TableName\":\"lines\",CONDITION,\"ConsistentRead\":true}",
                "QUERY|NOT_UNDERSTOOD|{\"TableName\":\"lines\",CONDITION,\"Invented\":true}",
                "QUERY|NOT_UNDERSTOOD|{\"TableName\":\"lines\",CONDITION,\"IndexName\":\"none\"}",
                "QUERY|TABLE_UNKNOWN|{\"TableName\":\"nowhere\",CONDITION}",
                "QUERY|NOT_CACHED|{\"TableName\":\"orders\",CONDITION}",
                "SCAN|NOT_CACHED|{\"TableName\":\"lines\"}",
                "TRANSACT_GET_ITEMS|OPERATION|{}"
            })
    void read_passedOn_isCountedUnderItsReason(Operation operation, BypassReason reason, String request) {
        TablePolicy cached = TablePolicy.ofTtls(MINUTES, MINUTES, MINUTES);
        f.cache.tables().apply(table -> table.equals("orders") ? cached.uncached() : cached);

        f.ask(operation, filled(request));
        f.upstream.next().answer("{}");

        assertThat(counted()).isEqualTo(Map.of(operation, List.of(reason)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET_ITEM|{\"TableName\":\"lines\",KEY}",
                "BATCH_GET_ITEM|{\"RequestItems\":{\"lines\":{\"Keys\":[{ATTRIBUTES}]}}}",
                "QUERY|{\"TableName\":\"lines\",CONDITION}"
            })
    void read_whileOthersAreNotHeard_isCounted_andNoneOtherwise(Operation operation, String request) {
        f.ask(operation, filled(request));
        f.upstream.next().answer("{}");
        assertThat(counted()).isEmpty();

        f.hearsOthers = false;
        f.ask(operation, filled(request));
        f.upstream.next().answer("{}");

        assertThat(counted()).isEqualTo(Map.of(operation, List.of(BypassReason.NOT_HEARING)));
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        CacheMeters.register(new ProxyMetrics(registry), f.cache, f.pages, f.operations, 0);
        assertThat(registry.scrape())
                .contains("nearside_proxy_cache_bypasses_total{operation=\"" + operation.label()
                        + "\",reason=\"not_hearing\"} 1.0");
    }

    private Map<Operation, List<BypassReason>> counted() {
        Map<Operation, List<BypassReason>> counted = new EnumMap<>(Operation.class);
        for (Operation operation : Bypasses.operations()) {
            List<BypassReason> reasons = BypassReason.of(operation).stream()
                    .filter(reason -> f.operations.bypasses().count(operation, reason) == 1)
                    .toList();
            if (!reasons.isEmpty()) {
                counted.put(operation, reasons);
            }
        }
        return counted;
    }

    private static String filled(String request) {
        return request.replace("KEY", "\"Key\":{ATTRIBUTES}")
                .replace("ATTRIBUTES", "\"pk\":{\"S\":\"p\"},\"sk\":{\"N\":\"3\"}")
                .replace(
                        "CONDITION",
                        "\"KeyConditionExpression\":\"pk = :p\",\"ExpressionAttributeValues\":{\":p\":{\"S\":\"p\"}}");
    }
}
