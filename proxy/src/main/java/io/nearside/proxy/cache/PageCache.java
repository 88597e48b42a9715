package io.nearside.proxy.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import io.nearside.change.Invalidation.IndexPartitions;
import io.nearside.item.ItemKey;
import io.nearside.proxy.query.KeyInterval;
import io.nearside.proxy.query.PageIndex;
import io.nearside.proxy.query.PageKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The proxy's pages of Query and Scan answers, and the index of the key intervals that they cover.
 *
 * <p>A page of a table is dropped by exactly the writes whose key lies in the interval that it covers; a page of an
 * index by the writes whose item stood there before, or stands there after, whether they came this way or were announced. Where
 * only the partitions of a global index are known, all their pages go, and where nothing is, all of the index; of a local index
 * the partition's pages. A page of a scan is dropped by any write to the table, whatever it scans, and
 * it is kept only where the table's policy says so. Pages of global indexes are not kept at all while the index may
 * not have caught up with the table. Safe from any thread; a hit takes no lock and copies nothing.
 *
 * <p>Fills note counters and are kept only if none moved, as in {@link ItemCache}. A page is filed before the counters are
 * checked, both under the map's lock on its key; a write bumps before it takes pages out of the index. So either the check
 * sees the bump, or the write sees the page.
 */
public final class PageCache {

    private static final int STRIPES = 1 << 15;
    private static final int TABLE_STRIPES = 1 << 10;

    /** Of ended generations this many leave the cache in one step of maintenance. */
    private static final int DISMISSED_AT_ONCE = 256;

    /**
     * What a page takes on the heap beside its key and its body, the index included. Pages that each have a partition of their own
     * took 672 bytes with 106 of key and body, as measured (64-bit JVM, compressed references); those that share one take less.
     */
    private static final int OVERHEAD_BYTES = 576;

    private final PageCacheSettings settings;
    private final CachedTables tables;
    private final SequenceStripes partitions;
    private final SequenceStripes indexPartitions;
    private final SequenceStripes indexes;

    /** One for each table: moved by a write of any of its items. */
    private final SequenceStripes anyItem;

    private final Ticker ticker;
    private final KeyHistory history;
    private final PageIndex<PageScope, FiledPage> filed;
    private final JitteredExpiry<FiledPage, CachedPage> expiry = new JitteredExpiry<>(
            (name, page) -> name.scope().table().policy().queryTtlNanos(),
            (name, page) -> name.scope().table().policy().staleness().graceNanos(),
            CachedPage::readAtNanos);
    private final Cache<FiledPage, CachedPage> pages;
    private final Executor maintenance;
    private final LongAdder installed = new LongAdder();
    private final LongAdder discarded = new LongAdder();
    private final LongAdder notAdmitted = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder evicted = new LongAdder();
    private final LongAdder expired = new LongAdder();

    /**
     * @param tables shared with the item cache
     * @param maintenance where eviction work runs
     */
    public PageCache(PageCacheSettings settings, CachedTables tables, Ticker ticker, Executor maintenance) {
        this.settings = settings;
        this.tables = tables;
        this.ticker = ticker;
        this.history = new KeyHistory(ticker);
        this.partitions = new SequenceStripes(STRIPES, ticker);
        this.indexPartitions = new SequenceStripes(STRIPES, ticker);
        this.indexes = new SequenceStripes(STRIPES, ticker);
        this.anyItem = new SequenceStripes(TABLE_STRIPES, ticker);
        this.maintenance = maintenance;
        this.filed = new PageIndex<>(1);
        this.pages = Caffeine.newBuilder()
                .maximumWeight(settings.maxWeightBytes())
                .weigher(PageCache::weigh)
                .expireAfter(expiry)
                .ticker(ticker)
                .executor(maintenance)
                .evictionListener((name, page, cause) -> evicted(name, cause))
                .build();
        tables.onGenerationEnd(this::generationEnded);
    }

    private static int weigh(FiledPage name, CachedPage page) {
        return OVERHEAD_BYTES + name.length() + page.body().length;
    }

    /**
     * The page, or null.
     *
     * @param partition that it reads; null for a scan's
     */
    public @Nullable CachedPage get(CachedTable table, String index, @Nullable ItemKey partition, PageKey key) {
        FiledPage name = new FiledPage(scope(table, index), partition, key);
        CachedPage page = pages.getIfPresent(name);
        long now = ticker.read();
        TableLookups lookups = table.lookups();
        TableLookups.Counts counts = partition == null ? lookups.scan() : lookups.query();
        boolean sampled = tables.lookups().sampled();
        if (sampled && partition != null) {
            lookups.partitions().seen(partition, now);
        }
        if (page != null && expiry.leftNanos(name, page, now) > 0) {
            if (sampled) {
                tables.lookups().hitAged(now - page.readAtNanos());
            }
            counts.hit();
            return page;
        }
        counts.missed(history.missed(hash(name), page != null));
        return null;
    }

    /** The page, if its time was over at most so long ago, by its table's policy now; null otherwise, and once it was dropped. */
    public @Nullable CachedPage getStale(
            CachedTable table, String index, @Nullable ItemKey partition, PageKey key, long atMostNanos) {
        FiledPage name = new FiledPage(scope(table, index), partition, key);
        CachedPage page = atMostNanos > 0 ? pages.getIfPresent(name) : null;
        return page != null && -expiry.leftNanos(name, page, ticker.read()) <= atMostNanos ? page : null;
    }

    /** Whether a page that was just read is so near its end that it should be renewed. */
    public boolean isDue(CachedTable table, String index, @Nullable ItemKey partition, PageKey key, CachedPage page) {
        long ahead = table.policy().staleness().refreshAheadNanos();
        return ahead > 0
                && expiry.leftNanos(new FiledPage(scope(table, index), partition, key), page, ticker.read()) <= ahead;
    }

    /**
     * Notes the counters, before a Query is sent.
     *
     * @param index empty for the table itself
     * @param global whether it is a global index
     * @param partition the partition of the table or index that is read
     */
    public PageFill beginFill(CachedTable table, String index, boolean global, ItemKey partition) {
        if (!index.isEmpty()) {
            table.pagedIndexes(global).add(index);
        }
        PageScope scope = scope(table, index);
        long[] sequences = sequences(scope, global, partition);
        boolean recent = global ? isSettling(table, index, partition) : isRecent(table, partition);
        boolean uncertain = tables.isUncertain(table)
                || (global
                        ? indexes.isUncertain(indexes.stripe(table.nameHash()))
                        : partitions.isUncertain(stripe(table.nameHash(), partition)));
        boolean installable = table.policy().cached() && !uncertain && !(global && recent);
        return new PageFill(scope, partition, global, sequences, recent, installable, ticker.read());
    }

    /**
     * Notes the counters, before a Scan is sent.
     *
     * @param index empty for the table itself
     * @param global whether it is a global index
     * @param consistent whether it is a strongly consistent read
     */
    public PageFill beginScan(CachedTable table, String index, boolean global, boolean consistent) {
        if (!index.isEmpty()) {
            table.pagedIndexes(global).add(index);
        }
        PageScope scope = scope(table, index);
        long[] sequences = sequences(scope, global, null);
        int stripe = anyItem.stripe(table.nameHash());
        Duration beyond = global ? settings.indexSettleWindow().minus(settings.recentWriteWindow()) : Duration.ZERO;
        boolean recent = anyItem.isRecent(stripe, beyond.toNanos())
                || (global
                        ? tables.isWholeWrittenWithin(table, settings.indexSettleWindow())
                        : tables.isWholeRecent(table));
        boolean uncertain = tables.isUncertain(table) || anyItem.isUncertain(stripe);
        boolean kept = table.policy().cached() && table.policy().scans();
        boolean installable = kept && !uncertain && (consistent || !recent);
        return new PageFill(scope, null, global, sequences, recent, installable, ticker.read());
    }

    private boolean isRecent(CachedTable table, ItemKey partition) {
        return tables.isWholeRecent(table) || partitions.isRecent(stripe(table.nameHash(), partition));
    }

    /** Whether a global index may not have caught up with the table. */
    private boolean isSettling(CachedTable table, String index, ItemKey partition) {
        return tables.isWholeWrittenWithin(table, settings.indexSettleWindow())
                || indexes.isRecent(indexes.stripe(table.nameHash()))
                || indexPartitions.isRecent(indexStripe(table.nameHash(), index, partition));
    }

    /** Whether nothing moved since the fill began, so that a reader who comes now may share its answer. */
    public boolean isCurrent(PageFill fill) {
        PageScope scope = fill.scope();
        return scope.table().generation() == scope.generation()
                && Arrays.equals(sequences(scope, fill.global(), fill.partition()), fill.sequences());
    }

    /**
     * Keeps a page if nothing moved since its fill began; tells whether it is kept.
     *
     * @param covered the keys that the page covers; null for a scan's, which any write touches
     */
    public boolean install(PageFill fill, PageKey key, @Nullable KeyInterval covered, CachedPage page) {
        if (!fill.installable()) {
            notAdmitted.increment();
            return false;
        }
        FiledPage name = new FiledPage(fill.scope(), fill.partition(), key);
        CachedPage kept = pages.asMap().compute(name, (same, old) -> {
            if (old != null && stays(old, fill, page)) {
                return old;
            }
            if (covered == null) {
                filed.fileWhole(fill.scope(), name);
            } else {
                filed.file(fill.scope(), covered, name);
            }
            boolean current = isCurrent(fill);
            if (!current) {
                unfile(name);
            }
            return current ? page : null;
        });
        (kept == page ? installed : discarded).increment();
        return kept == page;
    }

    /**
     * Nobody will ask for the pages of that generation any more: they leave the index at once, and the cache as maintenance finds
     * time, a partition's a step. A page that is being put at this moment is checked after its generation ended, or is among them.
     */
    private void generationEnded(CachedTable table, int ended) {
        dismiss(new PageScope(table, ended, ""));
        table.pagedIndexes(false).forEach(index -> dismiss(new PageScope(table, ended, index)));
        table.pagedIndexes(true).forEach(index -> dismiss(new PageScope(table, ended, index)));
    }

    private void dismiss(PageScope scope) {
        Iterator<List<FiledPage>> gone = filed.detach(scope);
        if (gone.hasNext()) {
            maintenance.execute(() -> dismiss(gone));
        }
    }

    /** So many pages or a few more, and the rest after whatever else waits for maintenance. */
    private void dismiss(Iterator<List<FiledPage>> gone) {
        int steps = 0;
        while (gone.hasNext()) {
            if (steps >= DISMISSED_AT_ONCE) {
                maintenance.execute(() -> dismiss(gone));
                return;
            }
            List<FiledPage> names = gone.next();
            steps += names.size();
            // A compute, as in drop.
            names.forEach(name -> pages.asMap().compute(name, (same, page) -> null));
        }
    }

    /** Of two reads under way at once the one that was answered first stays, as in {@link ItemCache}. */
    private static boolean stays(CachedPage old, PageFill fill, CachedPage fresh) {
        boolean cameMeanwhile = old.readAtNanos() - fill.begunNanos() >= 0;
        return cameMeanwhile && (old.isStrong() || !fresh.isStrong());
    }

    /** Whether a partition of the table was written, here or elsewhere, within the recent-write window. */
    public boolean isRecentlyWritten(String table, ItemKey partition) {
        return partitions.isRecent(stripe(table.hashCode(), partition));
    }

    /** A write of the item is about to be sent. */
    public void beginWrite(String table, ItemKey key) {
        partitions.bump(stripe(table.hashCode(), key.partitionOnly()));
        anyItem.bump(anyItem.stripe(table.hashCode()));
    }

    /**
     * A write of the item was answered; what it changed in global indexes is not known.
     *
     * @param uncertain whether it may still land
     */
    public void endWrite(String table, ItemKey key, boolean uncertain) {
        if (uncertain) {
            long landing = settings.uncertainWriteWindow().toNanos();
            partitions.markUncertain(
                    stripe(table.hashCode(), key.partitionOnly()),
                    landing,
                    settings.recentWriteWindow().toNanos());
            indexes.markUncertain(
                    indexes.stripe(table.hashCode()),
                    landing,
                    settings.indexSettleWindow().toNanos());
            anyItem.markUncertain(
                    anyItem.stripe(table.hashCode()),
                    landing,
                    settings.recentWriteWindow().toNanos());
        }
        written(table, key, List.of());
        anyIndexWritten(table, Set.of());
    }

    /**
     * A write of the item was answered.
     *
     * @param indexes where the item stood, and stands, in the table's indexes; of one left out nothing is known
     */
    public void endWrite(String table, ItemKey key, List<IndexKeys> indexes) {
        written(table, key, indexes);
        indexesWritten(table, indexes.stream().map(IndexKeys::announcement).toList());
    }

    /**
     * Somebody else wrote the item.
     *
     * @param touched what that did in the table's indexes; of one left out nothing is known
     */
    public void invalidate(String table, ItemKey key, List<IndexPartitions> touched) {
        written(table, key, touched.stream().map(IndexKeys::announced).toList());
        indexesWritten(table, touched);
    }

    /**
     * Any item of the partition may have been written elsewhere.
     *
     * @param touched which partitions of the table's global indexes those items may be in; of an index left out any
     */
    public void invalidatePartition(String table, ItemKey partition, List<IndexPartitions> touched) {
        markWritten(table, partition);
        CachedTable cached = tables.find(table);
        if (cached != null) {
            drop(filed.takePartition(scope(cached, ""), partition));
            cached.pagedIndexes(false).forEach(index -> drop(filed.takePartition(scope(cached, index), partition)));
            cached.pagedIndexes(true).forEach(index -> drop(filed.takeWhole(scope(cached, index))));
        }
        indexesWritten(table, touched);
    }

    /** An index of which nothing is known loses all its pages; that costs the others only what is being read of them now. */
    private void indexesWritten(String table, List<IndexPartitions> touched) {
        Set<String> known = touched.stream()
                .filter(index -> !index.local() && !index.unknown())
                .map(IndexPartitions::index)
                .collect(Collectors.toSet());
        CachedTable cached = tables.find(table);
        boolean unknown = touched.isEmpty() || touched.stream().anyMatch(index -> !index.local() && index.unknown());
        if (unknown || (cached != null && !known.containsAll(cached.pagedIndexes(true)))) {
            anyIndexWritten(table, known);
        }
        for (IndexPartitions index : touched) {
            if (index.keys().isEmpty()) {
                index.partitions().forEach(partition -> indexWritten(table, index.index(), partition));
            } else if (!index.local()) {
                index.keys().forEach(place -> indexWrittenAt(table, index.index(), place));
            }
        }
    }

    /** Pages held, those that wait for their eviction included. */
    public long estimatedPages() {
        return pages.estimatedSize();
    }

    /** Pages in the index of what they cover. */
    int filedPages() {
        return filed.size();
    }

    /** Heap bytes that the pages take, as they are weighed. */
    public long weightBytes() {
        return pages.policy().eviction().orElseThrow().weightedSize().orElse(0);
    }

    /** Pages that were kept when their answers came. */
    public long installed() {
        return installed.sum();
    }

    /** Pages that were not kept because something was written, or another read came first, while they were on their way. */
    public long discarded() {
        return discarded.sum();
    }

    /** Pages that were not to be kept when they were asked for: of an index that has to settle, after a write of unknown outcome. */
    public long notAdmitted() {
        return notAdmitted.sum();
    }

    /** Pages that made room for others. */
    public long evicted() {
        return evicted.sum();
    }

    /** Pages whose time was over. */
    public long expired() {
        return expired.sum();
    }

    /** Pages dropped because what they cover was written. */
    public long dropped() {
        return dropped.sum();
    }

    private void written(String table, ItemKey key, List<IndexKeys> indexes) {
        ItemKey partition = key.partitionOnly();
        markWritten(table, partition);
        CachedTable cached = tables.find(table);
        if (cached != null) {
            drop(filed.takeTouched(scope(cached, ""), key));
            cached.pagedIndexes(false).forEach(index -> drop(touchedLocally(scope(cached, index), partition, indexes)));
            cached.pagedIndexes(true).forEach(index -> drop(filed.takeWhole(scope(cached, index))));
        }
    }

    private void markWritten(String table, ItemKey partition) {
        int stripe = stripe(table.hashCode(), partition);
        partitions.markRecent(stripe, settings.recentWriteWindow().toNanos());
        partitions.bump(stripe);
        int tableStripe = anyItem.stripe(table.hashCode());
        anyItem.markRecent(tableStripe, settings.recentWriteWindow().toNanos());
        anyItem.bump(tableStripe);
    }

    /** The pages of a local index that the write touches: the partition's, unless the item's places in it are known. */
    private List<FiledPage> touchedLocally(PageScope scope, ItemKey partition, List<IndexKeys> indexes) {
        for (IndexKeys index : indexes) {
            if (index.index().equals(scope.index()) && !index.unknown()) {
                List<FiledPage> touched = new ArrayList<>(filed.takeWhole(scope));
                index.keys().forEach(place -> touched.addAll(filed.takeTouched(scope, place)));
                return touched;
            }
        }
        return filed.takePartition(scope, partition);
    }

    /** @param known the indexes whose touched partitions are known */
    private void anyIndexWritten(String table, Set<String> known) {
        int stripe = indexes.stripe(table.hashCode());
        indexes.markRecent(stripe, settings.indexSettleWindow().toNanos());
        indexes.bump(stripe);
        CachedTable cached = tables.find(table);
        if (cached != null) {
            cached.pagedIndexes(true).stream()
                    .filter(index -> !known.contains(index))
                    .forEach(index -> drop(filed.takeAll(scope(cached, index))));
        }
    }

    private void indexWritten(String table, String index, ItemKey partition) {
        settle(table, index, partition);
        drop(table, index, scope -> filed.takePartition(scope, partition));
    }

    private void indexWrittenAt(String table, String index, ItemKey place) {
        settle(table, index, place.partitionOnly());
        drop(table, index, scope -> filed.takeTouched(scope, place));
    }

    /** From now on the index may show what was there before, in this partition. */
    private void settle(String table, String index, ItemKey partition) {
        int stripe = indexStripe(table.hashCode(), index, partition);
        indexPartitions.markRecent(stripe, settings.indexSettleWindow().toNanos());
        indexPartitions.bump(stripe);
    }

    private void drop(String table, String index, Function<PageScope, List<FiledPage>> taken) {
        CachedTable cached = tables.find(table);
        if (cached != null) {
            drop(taken.apply(scope(cached, index)));
        }
    }

    private void drop(List<FiledPage> taken) {
        for (FiledPage name : taken) {
            history.removed(hash(name), MissReason.WRITTEN, "");
            // Never computeIfPresent: it would not wait for a page that is being put at this moment.
            pages.asMap().compute(name, (same, page) -> {
                // It may have been filed again since it was taken.
                unfile(name);
                return null;
            });
        }
        dropped.add(taken.size());
    }

    private void evicted(@Nullable FiledPage name, RemovalCause cause) {
        boolean old = cause == RemovalCause.EXPIRED;
        (old ? expired : evicted).increment();
        if (name != null) {
            history.removed(hash(name), old ? MissReason.EXPIRED : MissReason.EVICTED, "");
        }
        unfile(name);
    }

    private static int hash(FiledPage name) {
        PageScope scope = name.scope();
        return (name.key().hashCode() * 31 + scope.index().hashCode()) * 31
                + scope.table().nameHash();
    }

    private void unfile(@Nullable FiledPage name) {
        if (name == null) {
            return;
        }
        ItemKey partition = name.partition();
        if (partition == null) {
            filed.removeWhole(name.scope(), name);
        } else {
            filed.remove(name.scope(), partition, name);
        }
    }

    private long[] sequences(PageScope scope, boolean global, @Nullable ItemKey partition) {
        CachedTable table = scope.table();
        int hash = table.nameHash();
        if (partition == null) {
            return new long[] {tables.sequence(table), anyItem.sequence(anyItem.stripe(hash))};
        }
        return new long[] {
            tables.sequence(table),
            global ? indexes.sequence(indexes.stripe(hash)) : partitions.sequence(stripe(hash, partition)),
            global ? indexPartitions.sequence(indexStripe(hash, scope.index(), partition)) : 0
        };
    }

    private static PageScope scope(CachedTable table, String index) {
        return new PageScope(table, table.generation(), index);
    }

    private int stripe(int tableHash, ItemKey partition) {
        return partitions.stripe(partition.hashCode() * 31 + tableHash);
    }

    private int indexStripe(int tableHash, String index, ItemKey partition) {
        return indexPartitions.stripe((partition.hashCode() * 31 + index.hashCode()) * 31 + tableHash);
    }
}
