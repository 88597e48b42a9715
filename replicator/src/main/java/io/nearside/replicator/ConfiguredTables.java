package io.nearside.replicator;

import io.nearside.replicator.config.FilterConfig;
import io.nearside.replicator.config.ReplicatorConfig;
import io.nearside.replicator.config.TableConfig;
import io.nearside.replicator.table.TableFilter;
import io.nearside.replicator.table.TableRule;
import io.nearside.replicator.table.TableRules;
import java.util.Set;

/** Makes the rules of the tables from what the configuration says. */
final class ConfiguredTables {

    private ConfiguredTables() {}

    static TableRules rules(ReplicatorConfig config) {
        return new TableRules(
                config.region(),
                config.tables().stream().map(ConfiguredTables::rule).toList(),
                System::nanoTime);
    }

    private static TableRule rule(TableConfig table) {
        return new TableRule(
                table.name(),
                Set.copyOf(table.regions()),
                table.names(),
                table.filter().map(ConfiguredTables::filter).orElse(TableFilter.ALL),
                table.timeToLive() == TableConfig.TimeToLive.REPLICATE,
                table.readBudget().orElse(0),
                table.writeBudget().orElse(0),
                table.resolver() == TableConfig.Resolver.ATTRIBUTE_MERGE);
    }

    private static TableFilter filter(FilterConfig filter) {
        return new TableFilter(
                filter.keyPrefix().orElse(null),
                filter.attribute().orElse(null),
                filter.value().orElse(null));
    }
}
