package io.nearside.proxy;

import io.micrometer.core.instrument.Counter;
import io.nearside.config.ConfigException;
import io.nearside.config.ConfigWatch;
import io.nearside.config.EffectiveConfig;
import io.nearside.config.EffectiveConfig.Change;
import io.nearside.proxy.config.ProxyConfig;
import io.nearside.proxy.metrics.Metric;
import io.nearside.proxy.metrics.ProxyMetrics;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a changed configuration in force, as far as a running proxy can, and says in the log and in metrics what became of it.
 * Settings that need a restart are named and wait for it.
 */
final class ConfigReload implements ConfigWatch.Listener<ProxyConfig> {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigReload.class);
    private static final List<String> LIVE = List.of(
            "cache.enabled",
            "cache.item",
            "cache.query",
            "cache.scans",
            "cache.refresh-ahead",
            "cache.stale-while-revalidate",
            "cache.stale-if-error",
            "tables",
            "admin.actions-enabled");

    private final EffectiveConfig<ProxyConfig> started;
    private final Consumer<ProxyConfig> apply;
    private final Counter applied;
    private final Counter refused;
    private volatile EffectiveConfig<ProxyConfig> latest;
    private volatile List<String> waiting = List.of();

    /**
     * @param started the configuration that the proxy was started with
     * @param apply puts the settings in force that can be; the others are to be ignored
     */
    ConfigReload(EffectiveConfig<ProxyConfig> started, Consumer<ProxyConfig> apply, ProxyMetrics metrics) {
        this.started = started;
        this.latest = started;
        this.apply = apply;
        this.applied = metrics.counter(Metric.CONFIG_RELOADS, "applied");
        this.refused = metrics.counter(Metric.CONFIG_RELOADS, "refused");
        metrics.gauge(Metric.CONFIG_WAITING, this, reload -> reload.waiting.size());
    }

    @Override
    public void accepted(EffectiveConfig<ProxyConfig> next, List<Change> changes) {
        apply.accept(next.value());
        latest = next;
        waiting = next.changesSince(started).stream()
                .map(Change::path)
                .filter(path -> !isLive(path))
                .toList();
        applied.increment();
        LOG.atInfo()
                .addKeyValue("changed", changes.stream().map(Change::toString).collect(Collectors.joining("; ")))
                .addKeyValue("needs-restart", String.join(", ", waiting))
                .log("The changed configuration is in force, except for what needs a restart");
    }

    @Override
    public void refused(ConfigException problems) {
        refused.increment();
        LOG.atWarn()
                .addKeyValue(
                        "problems",
                        problems.problems().stream().map(Object::toString).collect(Collectors.joining("; ")))
                .log("The changed configuration is refused; the earlier one stays in force");
    }

    /** The configuration for operators, secrets masked. */
    String shown() {
        String heading = waiting.isEmpty()
                ? ""
                : waiting.stream()
                        .collect(Collectors.joining("\n#   ", "# In force after a restart only:\n#   ", "\n"));
        return heading + latest.toYaml();
    }

    /** Whether a setting, such as {@code tables[0].item-ttl}, takes effect without a restart. */
    private static boolean isLive(String path) {
        return LIVE.stream()
                .anyMatch(live -> path.startsWith(live)
                        && (path.length() == live.length() || ".[".indexOf(path.charAt(live.length())) >= 0));
    }
}
