package io.nearside.proxy.metrics;

import java.util.List;

/**
 * The catalogue of the proxy's metrics. Names are as a scrape shows them, without the suffixes ({@code _total},
 * {@code _seconds}) that Prometheus' conventions add; units are base units.
 */
public enum Metric {
    REQUESTS(
            "nearside_proxy_requests",
            Kind.TIMER,
            "Time from the request's first byte to the answer handed to the network, for requests answered.",
            "operation",
            "outcome"),
    ERRORS(
            "nearside_proxy_errors",
            Kind.COUNTER,
            "Answers that were not HTTP 200, DynamoDB's own included.",
            "operation",
            "status"),
    REFUSALS(
            "nearside_proxy_refusals",
            Kind.COUNTER,
            "Requests that the proxy refused itself, by the kind of reason.",
            "reason"),
    CONNECTIONS("nearside_proxy_connections", Kind.GAUGE, "Open connections of callers."),
    BUS_DELAY(
            "nearside_proxy_bus_delay",
            Kind.TIMER,
            "Time from the acknowledgement of a write, or the reading of its stream record, until its announcement was acted on"
                    + " here; this node's own announcements, which take the same way, included."),
    BUS_GAPS(
            "nearside_proxy_bus_gaps",
            Kind.COUNTER,
            "How often invalidations were missed for good, or may have been because Kafka was out of reach for more than 3 s, so that"
                    + " everything cached was forgotten."),
    BUS_REFUSED(
            "nearside_proxy_bus_refused_records",
            Kind.COUNTER,
            "Records of the bus that were not acted upon as they stand, by why: `foreign` to the region's topic and passed over;"
                    + " `unreadable`, or `failed` to be acted upon, and everything cached was forgotten.",
            "reason"),
    BUS_OVERFLOWS(
            "nearside_proxy_bus_overflows",
            Kind.COUNTER,
            "How often invalidations of single items were replaced by one of their table, because Kafka did not take them."),
    BUS_SILENCE(
            "nearside_proxy_bus_silence_seconds",
            Kind.GAUGE,
            "Seconds since everything that other nodes announced had certainly been heard."),
    FEED_SILENCE(
            "nearside_proxy_feed_silence_seconds",
            Kind.GAUGE,
            "Seconds since a replicator of the region gave its last heartbeat; 0 where none is known. Beyond 10 s nobody tells of writes"
                    + " around the proxies, and `coherence.fallback` decides what is served."),
    BUS_BEHIND(
            "nearside_proxy_bus_behind",
            Kind.GAUGE,
            "Invalidations that Kafka held and that this node had not acted upon when it last asked, twice a second."),
    BUS_WAITING(
            "nearside_proxy_bus_waiting",
            Kind.GAUGE,
            "Invalidations of this node that Kafka has not acknowledged, those that Kafka's producer holds included."),
    BUS_WAITING_TIME(
            "nearside_proxy_bus_waiting_seconds",
            Kind.GAUGE,
            "Seconds for which invalidations of this node have waited without progress; 0 while none waits. Beyond 3 s other nodes may"
                    + " serve what was overwritten here, and readiness says so."),
    CONFIG_RELOADS(
            "nearside_proxy_config_reloads",
            Kind.COUNTER,
            "Changed configuration files, by what became of them: `applied` or `refused`.",
            "result"),
    CONFIG_WAITING(
            "nearside_proxy_config_waiting_settings",
            Kind.GAUGE,
            "Settings of the configuration file that take effect after a restart only."),
    UPSTREAM_REQUESTS(
            "nearside_proxy_upstream_requests",
            Kind.TIMER,
            "Time of one try of one call to DynamoDB, waiting for a connection included, by what came of it: `ok`,"
                    + " `client_error`, `throttled`, `server_error`, `not_sent`, or `unknown` where no answer came.",
            "operation",
            "result"),
    UPSTREAM_RETRIES(
            "nearside_proxy_upstream_retries", Kind.COUNTER, "Calls to DynamoDB sent a second time.", "operation"),
    UPSTREAM_CONNECTIONS(
            "nearside_proxy_upstream_connections",
            Kind.GAUGE,
            "Connections to DynamoDB: `open`, and those of them that are `busy` with an exchange.",
            "state"),
    UPSTREAM_WAITING(
            "nearside_proxy_upstream_waiting_requests", Kind.GAUGE, "Requests that wait for a connection to DynamoDB."),
    LOOKUPS(
            "nearside_proxy_cache_lookups",
            Kind.COUNTER,
            "Look-ups of `items` and `pages` by what they found: a `hit`, or nothing and why. A BatchGetItem looks up each of its"
                    + " keys. Tables beyond the first 200 count as `(others)`. Requests that do not ask memory are in"
                    + " `nearside_proxy_requests_seconds` as `bypass`.",
            "table",
            "cache",
            "operation",
            "result"),
    BYPASSES(
            "nearside_proxy_cache_bypasses",
            Kind.COUNTER,
            "Reads that memory had no say in, by why: a `consistent` read; one `not_understood`; of a table that is `table_unknown`"
                    + " or `not_cached`; while this node is `not_hearing` what others write; after a `fault`; an `operation` that is"
                    + " always passed on.",
            "operation",
            "reason"),
    HIT_AGE(
            "nearside_proxy_cache_hit_age",
            Kind.TIMER,
            "How old what memory answered was, of one hit in 32; buckets from 100 ms to a day."),
    PAGE_ENTRIES("nearside_proxy_cache_pages", Kind.GAUGE, "Pages of queries and scans that are held."),
    PAGE_WEIGHT(
            "nearside_proxy_cache_pages_weight_bytes", Kind.GAUGE, "Memory that the pages take, bookkeeping included."),
    PAGE_FILLS(
            "nearside_proxy_cache_page_fills",
            Kind.COUNTER,
            "Pages that DynamoDB answered and that might have been kept, by what became of them: `installed`; `discarded`, because"
                    + " something was written meanwhile or another read was faster; `not_admitted`, because an index had to settle after"
                    + " a write, a write's outcome was not known, or the policy keeps no such pages.",
            "result"),
    PAGE_EVENTS(
            "nearside_proxy_cache_page_removals",
            Kind.COUNTER,
            "Pages that went, by cause: what they cover was `written`, here or elsewhere; they were `evicted` or `expired`.",
            "cause"),
    CACHE_ENTRIES(
            "nearside_proxy_cache_entries", Kind.GAUGE, "Items in the item cache, those known to be absent included."),
    CACHE_WEIGHT(
            "nearside_proxy_cache_weight_bytes",
            Kind.GAUGE,
            "Memory that the entries of the item cache take, bookkeeping included."),
    CACHE_EVENTS(
            "nearside_proxy_cache_events", Kind.COUNTER, "What happened to the entries of the item cache.", "event"),
    CACHE_READ_UNITS(
            "nearside_proxy_cache_read_units",
            Kind.COUNTER,
            "Read request units that answers from memory would have consumed in DynamoDB, by its rounding rules; at least"
                    + " that many for pages that were filtered, counted or projected.",
            "table",
            "operation"),
    CACHE_UPGRADES(
            "nearside_proxy_cache_consistency_upgrades",
            Kind.COUNTER,
            "Eventually consistent reads that were sent as strongly consistent ones, at double the read units, because what they read was"
                    + " written within `coherence.recent-write-window`.",
            "operation"),
    CACHE_SAVED(
            "nearside_proxy_cache_saved_dollars",
            Kind.COUNTER,
            "What those read request units would have cost, at `cache.price-per-million-read-units`.",
            "table"),
    CACHE_FAULTS(
            "nearside_proxy_cache_faults",
            Kind.COUNTER,
            "Failures inside the cache; the callers got DynamoDB's answers all the same. Every one is a defect.");

    /** How a metric behaves. */
    public enum Kind {
        /** A count that only grows. */
        COUNTER,
        /** A value that goes up and down. */
        GAUGE,
        /** A distribution of durations, in seconds. */
        TIMER,
        /** A distribution of other amounts, in the base unit that the name ends with. */
        SUMMARY
    }

    private final String meterName;
    private final Kind kind;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes it so.
    private final List<String> tags;

    Metric(String meterName, Kind kind, String description, String... tags) {
        this.meterName = meterName;
        this.kind = kind;
        this.description = description;
        this.tags = List.of(tags);
    }

    /** The name given to the registry. */
    public String meterName() {
        return meterName;
    }

    /** How the metric behaves. */
    public Kind kind() {
        return kind;
    }

    /** One sentence for operators. */
    public String description() {
        return description;
    }

    /** Names of the tags, in the order in which {@link ProxyMetrics} takes their values. */
    public List<String> tags() {
        return tags;
    }
}
