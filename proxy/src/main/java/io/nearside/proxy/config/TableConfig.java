package io.nearside.proxy.config;

import io.nearside.config.DataSize;
import io.nearside.config.Setting;
import java.time.Duration;
import java.util.Optional;

/** What is kept of some tables, where that differs from {@link CacheConfig}. */
public record TableConfig(
        @Setting("The table's name; `*` stands for any run of characters.")
        String name,

        @Setting("As `cache.enabled`.") Optional<Boolean> cache,

        @Setting(value = "As `cache.item.ttl`.", min = "0ms", max = "30d")
        Optional<Duration> itemTtl,

        @Setting(value = "As `cache.item.negative-ttl`.", min = "0ms", max = "1d")
        Optional<Duration> negativeTtl,

        @Setting(value = "As `cache.query.ttl`.", min = "0ms", max = "30d")
        Optional<Duration> queryTtl,

        @Setting("As `cache.scans`.") Optional<Boolean> scans,

        @Setting(value = "As `cache.item.max-weight`.", min = "0B")
        Optional<DataSize> maxItemWeight,

        @Setting(value = "As `cache.refresh-ahead`.", min = "0ms", max = "1h")
        Optional<Duration> refreshAhead,

        @Setting(value = "As `cache.stale-while-revalidate`.", min = "0ms", max = "1h")
        Optional<Duration> staleWhileRevalidate,

        @Setting(value = "As `cache.stale-if-error`.", min = "0ms", max = "1d")
        Optional<Duration> staleIfError,

        @Setting(
                "The attribute with the second, since 1970, at which an item expires, as the table's Time to Live names it:"
                        + " items past it are left out of the eventually consistent answers that memory may give, of pages as far as"
                        + " they show the attribute. If not set, items are returned until DynamoDB has deleted them, as DynamoDB does.")
        Optional<String> hideExpiredBy) {

    public TableConfig {
        if (!name.matches("[A-Za-z0-9_.*-]{1,255}")) {
            throw new IllegalArgumentException(
                    "name: must be a table's name (letters, digits, `_`, `.`, `-`), in which `*` stands for any run of"
                            + " characters");
        }
        if (hideExpiredBy.filter(String::isEmpty).isPresent()) {
            throw new IllegalArgumentException("hide-expired-by: must be the name of an attribute");
        }
    }

    /** Says nothing about any table. */
    public static TableConfig ofAnyTable() {
        return new TableConfig(
                "*",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
