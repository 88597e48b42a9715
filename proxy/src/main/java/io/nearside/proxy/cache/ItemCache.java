package io.nearside.proxy.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import io.nearside.item.ItemKey;
import io.nearside.version.Version;
import java.util.concurrent.Executor;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The proxy's table of recently read items, keyed by table incarnation and primary key.
 *
 * <p>Holds at most {@code maxWeightBytes} of heap and serves an entry for at most the TTL that its table's policy says now. Safe from any thread; a hit
 * takes no lock and copies nothing. It never does the reading or writing itself: whoever does tells it beforehand and
 * afterwards.
 *
 * <ul>
 *   <li>A <em>fill</em> is a read that may leave an entry: {@link #beginFill} notes the counters of the key's stripe and of
 *       the table, {@link #install} keeps the answer only if none of them moved (a write or an invalidation in between
 *       may be newer than the answer).
 *   <li>A <em>write</em> bumps its stripe when it starts and when it ends. Nothing of it is installed unless it was alone on
 *       its stripe from start to end: two overlapping writes may be answered in the other order than they happened.
 *   <li>An <em>invalidation</em> bumps the stripe when it arrives.
 * </ul>
 *
 * <p>Order matters in three places. Windows are opened before a counter is bumped, so that whoever sees the new counter
 * sees the window. A counter is bumped before an entry is removed, and checked under the same lock of the map in which
 * the entry is put, so a fill that passed its check is removed by the remover that bumped after it. (That is why removing
 * is a {@code compute} that returns null: the map's other ways to remove look first without the lock, and do not see an
 * entry that is about to be put.) And a generation ends after its table's counter was bumped.
 */
public final class ItemCache {

    private static final int STRIPES = 1 << 16;

    private final ItemCacheSettings settings;
    private final Ticker ticker;
    private final CachedTables tables;
    private final SequenceStripes stripes;
    private final ItemCacheCounters counters = new ItemCacheCounters();
    private final JitteredExpiry<EntryKey, CachedItem> expiry =
            new JitteredExpiry<>(ItemCache::ttlNanos, ItemCache::graceNanos, CachedItem::readAtNanos);
    private final KeyHistory history;
    private final Cache<EntryKey, CachedItem> entries;

    /**
     * @param settings its bounds
     * @param ticker elapsed time
     * @param maintenance where eviction work runs; never the thread of a hit
     */
    public ItemCache(ItemCacheSettings settings, Ticker ticker, Executor maintenance) {
        this(settings, ticker, maintenance, STRIPES);
    }

    ItemCache(ItemCacheSettings settings, Ticker ticker, Executor maintenance, int stripes) {
        this.settings = settings;
        this.ticker = ticker;
        this.tables = new CachedTables(settings, ticker);
        this.stripes = new SequenceStripes(stripes, ticker);
        this.history = new KeyHistory(ticker);
        this.entries = Caffeine.newBuilder()
                .maximumWeight(settings.maxWeightBytes())
                .weigher(EntryWeight::of)
                .expireAfter(expiry)
                .ticker(ticker)
                .executor(maintenance)
                .evictionListener((key, item, cause) -> evicted(key, cause))
                .build();
    }

    /** The tables whose items may be cached. */
    public CachedTables tables() {
        return tables;
    }

    /** What is known of the key, or null; counts as GetItem's look-up. */
    public @Nullable CachedItem get(CachedTable table, ItemKey key) {
        return get(table, key, table.lookups().getItem());
    }

    /** What is known of the key, or null; counts as one of BatchGetItem's look-ups. */
    public @Nullable CachedItem getOfBatch(CachedTable table, ItemKey key) {
        return get(table, key, table.lookups().batchGetItem());
    }

    private @Nullable CachedItem get(CachedTable table, ItemKey key, TableLookups.Counts counts) {
        EntryKey entry = new EntryKey(table, table.generation(), key);
        CachedItem item = entries.getIfPresent(entry);
        long now = ticker.read();
        boolean sampled = tables.lookups().sampled();
        if (sampled) {
            table.lookups().keys().seen(key, now);
        }
        if (item != null && expiry.leftNanos(entry, item, now) > 0) {
            hit(counts, item, sampled, now);
            return item;
        }
        counts.missed(history.missed(hash(table.nameHash(), key), item != null));
        return null;
    }

    /**
     * What is known of the key, if it may be given as it is: alive, not due to be renewed, and of an age that is accepted. Else
     * null, and then nothing was counted, for {@link #get(CachedTable, ItemKey)} to be asked next.
     *
     * @param ageMillis says which ages are accepted
     */
    public @Nullable CachedItem getSettled(CachedTable table, ItemKey key, LongPredicate ageMillis) {
        EntryKey entry = new EntryKey(table, table.generation(), key);
        CachedItem item = entries.getIfPresent(entry);
        if (item == null) {
            return null;
        }
        long now = ticker.read();
        long renewedAhead = table.policy().staleness().refreshAheadNanos();
        if (expiry.leftNanos(entry, item, now) <= renewedAhead || !ageMillis.test(item.ageMillis(now))) {
            return null;
        }
        boolean sampled = tables.lookups().sampled();
        if (sampled) {
            table.lookups().keys().seen(key, now);
        }
        hit(table.lookups().getItem(), item, sampled, now);
        return item;
    }

    private void hit(TableLookups.Counts counts, CachedItem item, boolean sampled, long now) {
        if (sampled) {
            tables.lookups().hitAged(now - item.readAtNanos());
        }
        counts.hit();
    }

    /** What is known of the key, for an operator; leaves no trace. */
    public KeyState inspect(CachedTable table, ItemKey key) {
        EntryKey entry = new EntryKey(table, table.generation(), key);
        CachedItem item = entries.policy().getIfPresentQuietly(entry);
        long now = ticker.read();
        int hash = hash(table.nameHash(), key);
        KeyHistory.Event miss = history.lastMiss(hash);
        KeyHistory.Event removal = history.lastRemoval(hash);
        return new KeyState(
                item,
                item == null ? 0 : expiry.leftNanos(entry, item, now) / 1_000_000,
                isRecentlyWritten(table.name(), key),
                miss == null ? null : miss.reason(),
                miss == null ? 0 : (now - miss.atNanos()) / 1_000_000,
                removal == null ? null : removal.reason(),
                removal == null ? "" : removal.source(),
                removal == null ? 0 : (now - removal.atNanos()) / 1_000_000);
    }

    /**
     * What was known of the key, if its time was over at most so long ago, by its table's policy now; null otherwise, and
     * for absences. What was written or invalidated since is never returned.
     */
    public @Nullable CachedItem getStale(CachedTable table, ItemKey key, long atMostNanos) {
        EntryKey entry = new EntryKey(table, table.generation(), key);
        CachedItem item = atMostNanos > 0 ? entries.getIfPresent(entry) : null;
        boolean usable =
                item != null && !item.isAbsent() && -expiry.leftNanos(entry, item, ticker.read()) <= atMostNanos;
        return usable ? item : null;
    }

    /** Whether an entry that was just read is so near its end that it should be renewed. */
    public boolean isDue(CachedTable table, ItemKey key, CachedItem item) {
        long ahead = table.policy().staleness().refreshAheadNanos();
        return ahead > 0
                && !item.isAbsent()
                && expiry.leftNanos(new EntryKey(table, table.generation(), key), item, ticker.read()) <= ahead;
    }

    /** Elapsed time as entries measure it. */
    public long nowNanos() {
        return ticker.read();
    }

    /** Notes the counters, before a read of the item is sent. */
    public Fill beginFill(CachedTable table, ItemKey key) {
        long tableSequence = tables.sequence(table);
        EntryKey entry = new EntryKey(table, table.generation(), key);
        int stripe = stripe(table.nameHash(), key);
        long sequence = stripes.sequence(stripe);
        boolean fresh = stripes.isRecent(stripe) || tables.isWholeRecent(table);
        boolean installable = table.policy().cached() && !stripes.isUncertain(stripe) && !tables.isUncertain(table);
        return new Fill(entry, stripe, sequence, tableSequence, fresh, installable, ticker.read());
    }

    /** Whether nothing moved since the fill began, so that a reader who comes now may share its answer. */
    public boolean isCurrent(Fill fill) {
        return stripes.sequence(fill.itemStripe()) == fill.itemSequence()
                && tables.sequence(fill.table()) == fill.tableSequence()
                && fill.table().generation() == fill.key().generation();
    }

    /** Keeps the answer to a fill if nothing moved since it began; tells whether it is now what the cache holds. */
    public boolean install(Fill fill, CachedItem item) {
        CachedItem kept =
                fill.installable() ? entries.asMap().compute(fill.key(), (key, old) -> chosen(fill, item, old)) : null;
        boolean stays = kept == item;
        if (stays && tables.sequence(fill.table()) != fill.tableSequence()) {
            // Whoever looks for entries without their locks, as invalidatePartition does, may not have seen this one.
            entries.asMap().compute(fill.key(), (key, now) -> now == item ? null : now);
            stays = false;
        }
        counters.filled(stays);
        return stays;
    }

    /**
     * Which of two answers stays. Of two reads under way at once the one that was answered first stays, since nothing
     * tells which of them DynamoDB served first and a reader who saw one must not be sent back by the other; but a
     * strongly consistent read always replaces one that may come from a lagging replica.
     */
    private @Nullable CachedItem chosen(Fill fill, CachedItem fresh, @Nullable CachedItem old) {
        if (!isCurrent(fill)) {
            return old;
        }
        if (old == null) {
            return bounded(fill.key(), fresh);
        }
        boolean oldCameMeanwhile = old.readAtNanos() - fill.begunNanos() >= 0;
        boolean oldIsNoWorse = old.isStrong() || !fresh.isStrong();
        return oldCameMeanwhile && oldIsNoWorse ? old : bounded(fill.key(), fresh);
    }

    /** The item, or null if its table's policy keeps none so heavy. */
    private static @Nullable CachedItem bounded(EntryKey key, CachedItem item) {
        return EntryWeight.of(key, item) <= key.table().policy().maxItemWeightBytes() ? item : null;
    }

    /** Bumps the key's stripe, before a write of the item is sent. */
    public WriteGuard beginWrite(CachedTable table, ItemKey key) {
        long tableSequence = tables.sequence(table);
        EntryKey entry = new EntryKey(table, table.generation(), key);
        int stripe = stripe(table.nameHash(), key);
        return new WriteGuard(entry, stripe, stripes.beginWrite(stripe), tableSequence);
    }

    /** The write was answered, and what it left behind is not known here: forgets the key. */
    public void endWrite(WriteGuard guard) {
        openWindow(guard);
        leave(guard);
        remove(guard);
    }

    /**
     * The write was acknowledged and left exactly this item behind: keeps it, unless another write or an invalidation
     * came in between; then forgets the key. Tells whether the item was kept.
     */
    public boolean endWriteInstalling(WriteGuard guard, CachedItem item) {
        openWindow(guard);
        long ended = leave(guard);
        boolean alone = ended >= 0 && !stripes.isUncertain(guard.itemStripe()) && !tables.isUncertain(guard.table());
        CachedItem kept =
                alone ? entries.asMap().compute(guard.key(), (key, old) -> chosen(guard, ended, item, old)) : null;
        boolean stays = kept == item
                && tables.find(guard.table().name()) == guard.table()
                && tables.sequence(guard.table()) == guard.tableSequence();
        if (!stays) {
            remove(guard);
        }
        counters.written(stays);
        return stays;
    }

    /**
     * An entry that is here and came later than the write's own answer was read before the write ended and may be older, or
     * after and may be newer. Clocks of processors are not compared finely enough to tell, and doubt removes.
     */
    private @Nullable CachedItem chosen(WriteGuard guard, long ended, CachedItem written, @Nullable CachedItem old) {
        boolean current = stripes.sequence(guard.itemStripe()) == ended
                && tables.sequence(guard.table()) == guard.tableSequence()
                && guard.table().generation() == guard.key().generation();
        boolean doubtful = old != null && old.readAtNanos() - written.readAtNanos() > 0;
        boolean kept = current && !doubtful && guard.table().policy().cached();
        return kept ? bounded(guard.key(), written) : null;
    }

    /** Nobody knows whether the write happened or is still to happen: forgets the key, and trusts no read of it for a while. */
    public void endWriteUncertain(WriteGuard guard) {
        stripes.markUncertain(
                guard.itemStripe(),
                settings.uncertainWriteWindow().toNanos(),
                settings.recentWriteWindow().toNanos());
        endWrite(guard);
    }

    /** The write certainly did not happen: nothing of it was sent. */
    public void endWriteUnsent(WriteGuard guard) {
        leave(guard);
    }

    /**
     * Somebody else wrote an item.
     *
     * @param table the table's name
     * @param tableId the id of the incarnation that was written; empty when the source does not know
     * @param key the item's key
     * @param committed the version that this write committed; null when the source does not know
     */
    public void invalidate(String table, String tableId, ItemKey key, @Nullable Version committed) {
        invalidate(table, tableId, key, committed, "");
    }

    /** Like {@link #invalidate(String, String, ItemKey, Version)}, by somebody with a name that {@link #inspect} tells. */
    public void invalidate(String table, String tableId, ItemKey key, @Nullable Version committed, String source) {
        int stripe = stripe(table.hashCode(), key);
        tables.itemWritten(table);
        stripes.markRecent(stripe, settings.recentWriteWindow().toNanos());
        stripes.bump(stripe);
        CachedTable cached = tables.find(table);
        boolean reflected = cached != null && !removeUnless(cached, key, committed);
        counters.invalidated(reflected);
        if (!reflected) {
            history.removed(hash(table.hashCode(), key), MissReason.INVALIDATED, source);
        }
        tables.heardOf(table, tableId);
    }

    /**
     * Any item of the partition may have been written elsewhere. Looks at every entry's key: for operators, not for requests. The
     * whole table counts as written recently, and nothing of it that is being read at this moment is kept.
     */
    public void invalidatePartition(String table, String tableId, ItemKey partition, String source) {
        tables.partitionWritten(table);
        CachedTable cached = tables.find(table);
        if (cached != null) {
            for (EntryKey entry : entries.asMap().keySet()) {
                if (entry.table() == cached && entry.itemKey().partitionOnly().equals(partition)) {
                    entries.asMap().compute(entry, (same, old) -> null);
                    history.removed(hash(cached.nameHash(), entry.itemKey()), MissReason.INVALIDATED, source);
                }
            }
        }
        tables.heardOf(table, tableId);
    }

    /** Whether the key was written, here or elsewhere, within the recent-write window, or may still be. */
    public boolean isRecentlyWritten(String table, ItemKey key) {
        return stripes.isRecent(stripe(table.hashCode(), key));
    }

    /** What happened so far, for metrics. */
    public ItemCacheCounters counters() {
        return counters;
    }

    /** Entries held, those that wait for their eviction included. */
    public long estimatedEntries() {
        return entries.estimatedSize();
    }

    /** Heap bytes that the entries take, as they are weighed. */
    public long weightBytes() {
        return entries.policy().eviction().orElseThrow().weightedSize().orElse(0);
    }

    /** Runs the eviction work that is due, now and in this thread. */
    void cleanUp() {
        entries.cleanUp();
    }

    private void evicted(@Nullable EntryKey key, RemovalCause cause) {
        counters.evicted(cause);
        if (key != null) {
            MissReason reason = cause == RemovalCause.EXPIRED ? MissReason.EXPIRED : MissReason.EVICTED;
            history.removed(hash(key.table().nameHash(), key.itemKey()), reason, "");
        }
    }

    /** By the table's name, so that what is remembered outlives generations and incarnations. */
    private static int hash(int tableHash, ItemKey key) {
        return key.hashCode() * 31 + tableHash;
    }

    private static long graceNanos(EntryKey key, CachedItem item) {
        return item.isAbsent() ? 0 : key.table().policy().staleness().graceNanos();
    }

    private static long ttlNanos(EntryKey key, CachedItem item) {
        TablePolicy policy = key.table().policy();
        return item.isAbsent() ? policy.negativeTtlNanos() : policy.itemTtlNanos();
    }

    private long leave(WriteGuard guard) {
        return guard.end() ? stripes.endWrite(guard.itemStripe(), guard.begun()) : -1;
    }

    private void openWindow(WriteGuard guard) {
        tables.itemWritten(guard.table().name());
        stripes.markRecent(guard.itemStripe(), settings.recentWriteWindow().toNanos());
    }

    /**
     * Removes the key from the incarnation that the write named, and when another one has taken its name since, forgets that
     * one: the write may have landed there, and the key may be spelled otherwise in it.
     */
    private void remove(WriteGuard guard) {
        CachedTable table = guard.table();
        history.removed(hash(table.nameHash(), guard.itemKey()), MissReason.WRITTEN, "");
        entries.asMap().compute(new EntryKey(table, table.generation(), guard.itemKey()), (same, old) -> null);
        if (tables.find(table.name()) != table) {
            tables.forget(table.name());
        }
    }

    /** Removes the key's entry; false when it survives because it already reflects the commit. */
    private boolean removeUnless(CachedTable table, ItemKey key, @Nullable Version committed) {
        EntryKey entry = new EntryKey(table, table.generation(), key);
        return entries.asMap().compute(entry, (same, old) -> old != null && old.reflects(committed) ? old : null)
                == null;
    }

    private int stripe(int tableHash, ItemKey key) {
        return stripes.stripe(key.hashCode() * 31 + tableHash);
    }
}
