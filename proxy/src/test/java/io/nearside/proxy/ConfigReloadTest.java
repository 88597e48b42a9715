package io.nearside.proxy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nearside.config.ConfigLoader;
import io.nearside.config.EffectiveConfig;
import io.nearside.proxy.config.ProxyConfig;
import io.nearside.proxy.metrics.ProxyMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigReloadTest {

    private static final String LEAST = "service: proxy\nregion: us-east-1\n";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final EffectiveConfig<ProxyConfig> started = config("");
    private final List<ProxyConfig> applied = new ArrayList<>();
    private final ConfigReload reload = new ConfigReload(started, applied::add, new ProxyMetrics(registry));

    @Test
    void acceptedFile_isApplied_shownAndCounted() {
        accept("cache: {item: {ttl: 7m}}\ntables: [{name: a, query-ttl: 1s}]\nadmin: {actions-enabled: true}");

        assertThat(applied)
                .singleElement()
                .satisfies(config -> assertThat(config.cache().item().ttl()).isEqualTo(Duration.ofMinutes(7)));
        assertThat(reload.shown()).contains("ttl: 7m").doesNotContain("restart");
        assertThat(registry.scrape())
                .contains("nearside_proxy_config_reloads_total{result=\"applied\"} 1.0")
                .contains("nearside_proxy_config_waiting_settings 0.0");
    }

    @Test
    void settingsThatNeedARestart_areNamed_untilTheyAreTakenBack() {
        accept("cache: {max-weight: 1MiB}\nlisten: {port: 1}");

        assertThat(reload.shown())
                .startsWith("# In force after a restart only:\n#   cache.max-weight\n#   listen.port\n");
        assertThat(registry.scrape()).contains("nearside_proxy_config_waiting_settings 2.0");

        accept("");

        assertThat(reload.shown()).isEqualTo(started.toYaml());
        assertThat(registry.scrape()).contains("nearside_proxy_config_waiting_settings 0.0");
    }

    private void accept(String yaml) {
        EffectiveConfig<ProxyConfig> next = config(yaml);
        reload.accepted(next, next.changesSince(started));
    }

    private static EffectiveConfig<ProxyConfig> config(String yaml) {
        return ConfigLoader.effective("proxy.yaml", LEAST + yaml, ProxyConfig.class, Map.of());
    }
}
