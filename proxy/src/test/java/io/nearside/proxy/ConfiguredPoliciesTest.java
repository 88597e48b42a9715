package io.nearside.proxy;

import io.nearside.config.ConfigLoader;
import io.nearside.proxy.cache.Staleness;
import io.nearside.proxy.cache.TablePolicies;
import io.nearside.proxy.cache.TablePolicy;
import io.nearside.proxy.config.ProxyConfig;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConfiguredPoliciesTest {

    private static final String GLOBAL = """
            service: proxy
            region: us-east-1
            cache:
              item: {ttl: 10s, negative-ttl: 1s, max-weight: 64KiB}
              query: {ttl: 5s}
              stale-if-error: 9s
            """;
    private static final Staleness STALENESS = new Staleness(0, 0, seconds(9));

    @Test
    void tableThatNothingNames_hasTheGlobalSettings() {
        TablePolicy policy = policies("tables: [{name: other, item-ttl: 1h}]").of("orders");

        assertThat(policy)
                .isEqualTo(new TablePolicy(true, seconds(10), seconds(1), seconds(5), false, 64 << 10, STALENESS));
    }

    @Test
    void tableThatIsNamed_hasItsOwnSettings_andTheGlobalOnesForTheRest() {
        TablePolicies policies = policies("""
                tables:
                  - {name: sessions, cache: false}
                  - {name: "cat*", item-ttl: 1h, query-ttl: 2m, scans: true}
                """);

        assertThat(policies.of("sessions"))
                .isEqualTo(new TablePolicy(false, seconds(10), seconds(1), seconds(5), false, 64 << 10, STALENESS));
        assertThat(policies.of("catalogue"))
                .isEqualTo(new TablePolicy(true, seconds(3600), seconds(1), seconds(120), true, 64 << 10, STALENESS));
    }

    @Test
    void tableThatTwoEntriesName_hasTheFirst() {
        TablePolicies policies = policies("""
                tables:
                  - {name: orders, negative-ttl: 0ms, max-item-weight: 1KiB}
                  - {name: "*", negative-ttl: 7s, item-ttl: 7s}
                """);

        assertThat(policies.of("orders"))
                .isEqualTo(new TablePolicy(true, seconds(10), 0, seconds(5), false, 1 << 10, STALENESS));
        assertThat(policies.of("lines").negativeTtlNanos()).isEqualTo(seconds(7));
    }

    @Test
    void staleness_isOff_orWhatTheTableSays() {
        TablePolicies policies =
                policies("tables: [{name: orders, refresh-ahead: 1s, stale-while-revalidate: 2s, stale-if-error: 3s}]");

        assertThat(policies.of("orders").staleness()).isEqualTo(new Staleness(seconds(1), seconds(2), seconds(3)));
        assertThat(policies.of("lines").staleness()).isEqualTo(STALENESS);
    }

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    private static TablePolicies policies(String tables) {
        ProxyConfig config = ConfigLoader.parse(GLOBAL + tables, ProxyConfig.class, Map.of());
        return new ConfiguredPolicies(config.cache(), config.tables());
    }
}
