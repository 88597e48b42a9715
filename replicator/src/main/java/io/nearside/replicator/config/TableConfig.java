package io.nearside.replicator.config;

import io.nearside.config.Setting;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tables that are replicated, and how. Of several entries that fit a table's name, the first counts, and it alone.
 *
 * <p>Budgets hold for each replicator process.
 */
public record TableConfig(
        @Setting("A table's name, or a pattern: `*` stands for any characters, `?` for one.")
        String name,

        @Setting(
                value = "The regions among which the table is replicated; by default this one and all peers.",
                byDefault = "[]")
        List<String> regions,

        @Setting(
                value =
                        "What the table is called in other regions, by region, where that is not `name`; not for patterns.",
                byDefault = "{}")
        Map<String, String> names,

        @Setting("Which items of the other regions this region takes in; by default all.")
        Optional<FilterConfig> filter,

        @Setting(
                value = "What an expiry in another region means here: `replicate`, the item is deleted here too;"
                        + " `local`, it stays until this region's own time to live deletes it.",
                byDefault = "replicate")
        TimeToLive timeToLive,

        @Setting(
                value = "What concurrent changes of one item come to: `last-writer-wins`, the later one stands whole;"
                        + " `attribute-merge`, each attribute as its last writer left it. Give every region the same.",
                byDefault = "last-writer-wins")
        Resolver resolver,

        @Setting(
                value =
                        "Most read capacity that scans of the table (the first one, after a gap, verify, backfill) consume,"
                                + " in each process; by default no limit.",
                min = "1",
                unit = "read units per second")
        Optional<Integer> readBudget,

        @Setting(
                value =
                        "Most write capacity that changes of other regions consume, in each process; by default no limit.",
                min = "1",
                unit = "write units per second")
        Optional<Integer> writeBudget) {

    /** Who deletes an item that has expired in another region. */
    public enum TimeToLive {
        /** The region where it expired, for all. */
        REPLICATE,
        /** Each region for itself. */
        LOCAL
    }

    /** What concurrent changes of one item come to. */
    public enum Resolver {
        /** The later change stands, whole. */
        LAST_WRITER_WINS,
        /** Each attribute stands as the last of its writers left it. */
        ATTRIBUTE_MERGE
    }

    public TableConfig {
        regions = List.copyOf(regions);
        names = Map.copyOf(names);
        if (name.isBlank()) {
            throw new IllegalArgumentException("name: must not be empty");
        }
        if (!names.isEmpty() && (name.contains("*") || name.contains("?"))) {
            throw new IllegalArgumentException("names: " + name + " is a pattern; give the table an entry of its own");
        }
        if (names.values().stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("names: a table's name must not be empty");
        }
        if (new HashSet<>(regions).size() < regions.size()) {
            throw new IllegalArgumentException("regions: a region is named twice");
        }
        if (resolver == Resolver.ATTRIBUTE_MERGE) {
            requireMergeable(name, filter, timeToLive);
        }
    }

    private static void requireMergeable(String name, Optional<FilterConfig> filter, TimeToLive timeToLive) {
        if (filter.flatMap(FilterConfig::attribute).isPresent()) {
            throw new IllegalArgumentException("resolver: " + name
                    + " merges attributes, so its changes do not show whole items, and no filter can ask for an attribute;"
                    + " filter by key-prefix, or use last-writer-wins");
        }
        if (timeToLive == TimeToLive.LOCAL) {
            throw new IllegalArgumentException("resolver: " + name
                    + " merges attributes, so an item that expired in one region alone would come back in part;"
                    + " use time-to-live: replicate, or last-writer-wins");
        }
    }

    /** A table or pattern replicated as usual. */
    public static TableConfig named(String name) {
        return new TableConfig(
                name,
                List.of(),
                Map.of(),
                Optional.empty(),
                TimeToLive.REPLICATE,
                Resolver.LAST_WRITER_WINS,
                Optional.empty(),
                Optional.empty());
    }
}
