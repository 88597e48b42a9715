package io.nearside.proxy.metrics;

import io.micrometer.core.instrument.Timer;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.ItemCacheCounters;
import io.nearside.proxy.cache.Lookups;
import io.nearside.proxy.cache.MissReason;
import io.nearside.proxy.cache.PageCache;
import io.nearside.proxy.cache.TableLookups.Found;
import io.nearside.proxy.cache.TableLookups.Reading;
import io.nearside.proxy.operation.BypassReason;
import io.nearside.proxy.operation.Bypasses;
import io.nearside.proxy.operation.CachingOperations;
import io.nearside.proxy.operation.Operation;
import io.nearside.proxy.operation.ServedReads;
import io.nearside.proxy.operation.ServedReads.TableReads;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** The meters of the caches, read from their own counters whenever they are scraped. */
public final class CacheMeters {

    private CacheMeters() {}

    /**
     * Registers the meters of one cache; once per registry.
     *
     * @param pricePerMillionUnits what DynamoDB charges for a million read request units, in US dollars
     */
    public static void register(
            ProxyMetrics metrics,
            ItemCache cache,
            PageCache pages,
            CachingOperations operations,
            double pricePerMillionUnits) {
        metrics.gauge(Metric.CACHE_ENTRIES, cache, ItemCache::estimatedEntries);
        metrics.gauge(Metric.CACHE_WEIGHT, cache, ItemCache::weightBytes);
        metrics.counter(Metric.CACHE_FAULTS, operations, CachingOperations::faults);
        operations.served().observe(table -> served(metrics, table, pricePerMillionUnits));
        metrics.gauge(Metric.PAGE_ENTRIES, pages, PageCache::estimatedPages);
        metrics.gauge(Metric.PAGE_WEIGHT, pages, PageCache::weightBytes);
        metrics.counter(Metric.PAGE_FILLS, pages, PageCache::installed, "installed");
        metrics.counter(Metric.PAGE_FILLS, pages, PageCache::discarded, "discarded");
        metrics.counter(Metric.PAGE_FILLS, pages, PageCache::notAdmitted, "not_admitted");
        metrics.counter(Metric.PAGE_EVENTS, pages, PageCache::dropped, "written");
        metrics.counter(Metric.PAGE_EVENTS, pages, PageCache::evicted, "evicted");
        metrics.counter(Metric.PAGE_EVENTS, pages, PageCache::expired, "expired");
        Lookups lookups = cache.tables().lookups();
        Timer ages = metrics.ages(Metric.HIT_AGE);
        lookups.observeAges(nanos -> ages.record(nanos, TimeUnit.NANOSECONDS));
        lookups.observe(table -> {
            for (Reading reading : Reading.values()) {
                lookups(metrics, table.table(), reading, table.of(reading));
            }
        });
        for (Operation operation : ServedReads.upgradedOperations()) {
            metrics.counter(Metric.CACHE_UPGRADES, operations.served(), s -> s.upgrades(operation), operation.label());
        }
        bypasses(metrics, operations.bypasses());
        for (Event event : Event.values()) {
            metrics.counter(Metric.CACHE_EVENTS, cache.counters(), event.count::applyAsLong, event.label);
        }
    }

    private static void lookups(ProxyMetrics metrics, String table, Reading reading, Found found) {
        String cache = reading.cache();
        String operation = reading.label();
        metrics.counter(Metric.LOOKUPS, found, Found::hits, table, cache, operation, "hit");
        for (MissReason reason : MissReason.values()) {
            metrics.counter(Metric.LOOKUPS, found, f -> f.misses(reason), table, cache, operation, reason.label());
        }
    }

    private static void bypasses(ProxyMetrics metrics, Bypasses bypasses) {
        for (Operation operation : Bypasses.operations()) {
            for (BypassReason reason : BypassReason.of(operation)) {
                metrics.counter(
                        Metric.BYPASSES, bypasses, b -> b.count(operation, reason), operation.label(), reason.label());
            }
        }
    }

    private static void served(ProxyMetrics metrics, TableReads table, double pricePerMillionUnits) {
        for (Operation operation : ServedReads.operations()) {
            metrics.counter(Metric.CACHE_READ_UNITS, table, t -> t.units(operation), table.table(), operation.label());
        }
        metrics.counter(Metric.CACHE_SAVED, table, t -> t.units() * pricePerMillionUnits / 1e6, table.table());
    }

    private enum Event {
        FILL_INSTALLED("fill_installed", ItemCacheCounters::fillsInstalled),
        FILL_DISCARDED("fill_discarded", ItemCacheCounters::fillsDiscarded),
        WRITE_INSTALLED("write_installed", ItemCacheCounters::writesInstalled),
        WRITE_REMOVED("write_removed", ItemCacheCounters::writesRemoved),
        INVALIDATED("invalidated", ItemCacheCounters::invalidations),
        EVICTED("evicted", ItemCacheCounters::evictedForWeight),
        EXPIRED("expired", ItemCacheCounters::expired);

        private final String label;

        @SuppressWarnings("ImmutableEnumChecker") // Method references hold nothing.
        private final ToLongFunction<ItemCacheCounters> count;

        Event(String label, ToLongFunction<ItemCacheCounters> count) {
            this.label = label;
            this.count = count;
        }
    }
}
