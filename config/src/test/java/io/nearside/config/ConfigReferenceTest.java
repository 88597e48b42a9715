package io.nearside.config;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigReferenceTest {
    @Test
    void markdown_ofRecords_listsEverySetting() {
        assertThat(ConfigReference.markdown(SampleConfig.class)).isEqualTo("""
                | Key | Type | Default | Environment variable | Meaning |
                |---|---|---|---|---|
                | `service` | `sample` | required | | What this file configures |
                | `region` | string | required | `NEARSIDE_REGION` | Name of the region. |
                | `listen.host` | string | `127.0.0.1` | `NEARSIDE_LISTEN_HOST` | Address to bind. |
                | `listen.port` | integer from 0 to 65535 | `8000` | `NEARSIDE_LISTEN_PORT` | Port to bind; 0 lets the system choose. |
                | `listen.certificate` | path | not set | `NEARSIDE_LISTEN_CERTIFICATE` | File of the certificate. |
                | `cache.max-weight` | size of at least 1MiB | `64MiB` | `NEARSIDE_CACHE_MAX_WEIGHT` | Memory for cached items. |
                | `cache.query-share` | number from 0 to 1 | `0.25` | `NEARSIDE_CACHE_QUERY_SHARE` | Share of memory for queries. |
                | `cache.max-entries` | integer, entries | `10000000000` | `NEARSIDE_CACHE_MAX_ENTRIES` | Most entries. |
                | `cache.item.ttl` | duration of at least 1ms | `5m` | `NEARSIDE_CACHE_ITEM_TTL` | How long an item may be served. |
                | `cache.item.negative-ttl` | duration | `5s` | `NEARSIDE_CACHE_ITEM_NEGATIVE_TTL` | How long an absence may be served. |
                | `cache.item.fallback` | `bypass` or `short-ttl` | `bypass` | `NEARSIDE_CACHE_ITEM_FALLBACK` | What to do when the bus is silent. |
                | `kafka` | section | not set | `NEARSIDE_KAFKA` | Kafka; without it there is no bus. |
                | `kafka.bootstrap-servers` | list of string | required | `NEARSIDE_KAFKA_BOOTSTRAP_SERVERS` | Brokers. |
                | `kafka.properties` | keys, each a string | `{}` | `NEARSIDE_KAFKA_PROPERTIES` | Client properties. |
                | `kafka.registry` | URI | not set | `NEARSIDE_KAFKA_REGISTRY` | Schema registry. |
                | `credentials` | section | not set | `NEARSIDE_CREDENTIALS` | Credentials. |
                | `credentials.access-key-id` | string | required | `NEARSIDE_CREDENTIALS_ACCESS_KEY_ID` | Id. |
                | `credentials.secret-access-key` | secret | required | `NEARSIDE_CREDENTIALS_SECRET_ACCESS_KEY` | Key. |
                | `tables` | list of section | `[{name: "*"}]` | `NEARSIDE_TABLES` | Policies of tables, first match wins. |
                | `tables[].name` | string | required | `NEARSIDE_TABLES_<n>_NAME` | Glob pattern of names. |
                | `tables[].cached` | boolean | `true` | `NEARSIDE_TABLES_<n>_CACHED` | Whether items are cached. |
                | `tables[].max-item-weight` | size | not set | `NEARSIDE_TABLES_<n>_MAX_ITEM_WEIGHT` | Most weight of one item. |
                """);
    }
}
