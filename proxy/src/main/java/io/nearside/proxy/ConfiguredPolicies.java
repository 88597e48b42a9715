package io.nearside.proxy;

import io.nearside.config.DataSize;
import io.nearside.proxy.auth.TablePatterns;
import io.nearside.proxy.cache.Staleness;
import io.nearside.proxy.cache.TablePolicies;
import io.nearside.proxy.cache.TablePolicy;
import io.nearside.proxy.config.CacheConfig;
import io.nearside.proxy.config.TableConfig;
import java.util.List;

/** The policies that a configuration gives its tables: the first entry under {@code tables} that names a table, or none. */
final class ConfiguredPolicies implements TablePolicies {

    private final TablePolicy others;
    private final List<Rule> rules;

    private record Rule(TablePatterns tables, TablePolicy policy) {}

    ConfiguredPolicies(CacheConfig cache, List<TableConfig> tables) {
        this.others = policy(cache, TableConfig.ofAnyTable());
        this.rules = tables.stream()
                .map(table -> new Rule(new TablePatterns(List.of(table.name())), policy(cache, table)))
                .toList();
    }

    @Override
    public TablePolicy of(String table) {
        return rules.stream()
                .filter(rule -> rule.tables.matches(table))
                .findFirst()
                .map(Rule::policy)
                .orElse(others);
    }

    private static TablePolicy policy(CacheConfig cache, TableConfig table) {
        DataSize heaviest = table.maxItemWeight().orElse(cache.item().maxWeight());
        return new TablePolicy(
                table.cache().orElse(cache.enabled()),
                table.itemTtl().orElse(cache.item().ttl()).toNanos(),
                table.negativeTtl().orElse(cache.item().negativeTtl()).toNanos(),
                table.queryTtl().orElse(cache.query().ttl()).toNanos(),
                table.scans().orElse(cache.scans()),
                heaviest.bytes(),
                new Staleness(
                        table.refreshAhead().orElse(cache.refreshAhead()).toNanos(),
                        table.staleWhileRevalidate()
                                .orElse(cache.staleWhileRevalidate())
                                .toNanos(),
                        table.staleIfError().orElse(cache.staleIfError()).toNanos()),
                table.hideExpiredBy().orElse(null));
    }
}
