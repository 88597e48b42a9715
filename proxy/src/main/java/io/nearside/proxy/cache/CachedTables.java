package io.nearside.proxy.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The tables that entries may belong to, and the counters that are kept per table.
 *
 * <p>Holds one incarnation per name, and only of tables that DynamoDB described, so it is bounded by the account's tables.
 * Safe from any thread.
 */
public final class CachedTables {

    private static final int STRIPES = 1 << 10;
    private static final int STRANGERS = 1000;

    private final Duration recentWriteWindow;
    private final Duration uncertainWriteWindow;
    private final SequenceStripes whole;
    private final SequenceStripes anyItem;
    private final ConcurrentHashMap<String, CachedTable> open = new ConcurrentHashMap<>();
    private final Lookups lookups = new Lookups();
    private volatile TablePolicies policies;
    private volatile CachedTable.GenerationEnd generationEnd = (table, ended) -> {};
    private final LongAdder drops = new LongAdder();
    private final LongAdder forgets = new LongAdder();

    /** Ids that were announced for a table and were not what DynamoDB described: of incarnations long gone. */
    private final Cache<String, Boolean> strangers =
            Caffeine.newBuilder().maximumSize(STRANGERS).build();

    CachedTables(ItemCacheSettings settings, Ticker ticker) {
        this.policies = settings.policies();
        this.recentWriteWindow = settings.recentWriteWindow();
        this.uncertainWriteWindow = settings.uncertainWriteWindow();
        this.whole = new SequenceStripes(STRIPES, ticker);
        this.anyItem = new SequenceStripes(STRIPES, ticker);
    }

    /** The incarnation that DynamoDB described. Another one of the same name is forgotten. */
    public CachedTable open(String name, String id) {
        CachedTable known = open.get(name);
        if (known != null && known.id().equals(id)) {
            return known;
        }
        if (known != null) {
            forget(name);
        }
        CachedTable raced = openIfAbsent(name, id);
        return raced.id().equals(id) ? raced : open(name, id);
    }

    /** Under the lock of {@link #apply}, so that no table is opened with a policy that has just been replaced. */
    private synchronized CachedTable openIfAbsent(String name, String id) {
        return open.computeIfAbsent(
                name,
                absent -> new CachedTable(
                        name,
                        id,
                        policies.of(name),
                        lookups.of(name),
                        (table, ended) -> generationEnd.accept(table, ended)));
    }

    /**
     * Puts other policies in force, for tables that are cached now and for those to come. Entries are judged by them from
     * their next read on.
     */
    public synchronized void apply(TablePolicies next) {
        policies = next;
        open.values().forEach(table -> table.apply(next.of(table.name())));
    }

    /** Who is told of every generation that ended, from now on; one only. */
    void onGenerationEnd(CachedTable.GenerationEnd listener) {
        generationEnd = listener;
    }

    /** What look-ups found, per table. */
    public Lookups lookups() {
        return lookups;
    }

    /** The incarnation that is cached under this name, or null. */
    public @Nullable CachedTable find(String name) {
        return open.get(name);
    }

    /**
     * How often any table was forgotten. Whoever describes a table notes it first and describes again if it moved: the
     * description may be of an incarnation that is gone.
     */
    public long forgets() {
        return forgets.sum();
    }

    /** Forgets everything of the table, what it is included: the next reader has it described again. */
    public void forget(String name) {
        forgets.increment();
        CachedTable gone = open.remove(name);
        if (gone != null) {
            drop(name, gone);
        }
    }

    /** Forgets everything of every table. */
    public void forgetAll() {
        List.copyOf(open.keySet()).forEach(this::forget);
    }

    /** The tables that are cached now. */
    public Collection<CachedTable> all() {
        return List.copyOf(open.values());
    }

    /**
     * Somebody announced a change to a table of this name and id. A new id may mean that the table was created again, so
     * what is cached under the name is forgotten, once per id: announcements for incarnations long gone may come by the
     * thousand. An empty id says nothing.
     */
    public void heardOf(String name, String id) {
        CachedTable known = open.get(name);
        boolean stranger = known != null && !id.isEmpty() && !known.id().equals(id);
        if (stranger && strangers.asMap().putIfAbsent(id, true) == null) {
            forget(name);
        }
    }

    /** Any item of the table may have been written elsewhere, or the table itself changed. */
    public void changedElsewhere(String name) {
        CachedTable known = open.get(name);
        if (known != null) {
            known.suspect();
        }
        endWrite(name);
    }

    /** A write that may touch any item of the table is about to be sent. */
    public void beginWrite(String name) {
        whole.bump(stripe(name));
    }

    /** A write that may have touched any item of the table was answered: everything cached of it is forgotten. */
    public void endWrite(String name) {
        drop(name, open.get(name));
    }

    /** Like {@link #endWrite}, when nobody knows whether the write happened or is still to happen. */
    public void endWriteUncertain(String name) {
        whole.markUncertain(stripe(name), uncertainWriteWindow.toNanos(), recentWriteWindow.toNanos());
        endWrite(name);
    }

    /** A write that may have touched any item of any table was answered: everything is forgotten. */
    public void endWriteOfAll() {
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            whole.markRecent(stripe, recentWriteWindow.toNanos());
            whole.bump(stripe);
        }
        open.values().forEach(CachedTable::nextGeneration);
        drops.add(open.size());
    }

    /** Like {@link #endWriteOfAll}, when nobody knows whether the write happened or is still to happen. */
    public void endWriteOfAllUncertain() {
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            whole.markUncertain(stripe, uncertainWriteWindow.toNanos(), recentWriteWindow.toNanos());
        }
        endWriteOfAll();
    }

    /** Whether an item of the table was written, here or elsewhere, within the recent-write window. */
    public boolean isRecentlyWritten(String name) {
        int stripe = stripe(name);
        return anyItem.isRecent(stripe) || whole.isRecent(stripe);
    }

    /** How often everything of a table was forgotten. */
    public long drops() {
        return drops.sum();
    }

    void itemWritten(String name) {
        anyItem.markRecent(stripe(name), recentWriteWindow.toNanos());
    }

    /** Items of the table were written, and it is not known which: fills under way are too late, entries stay. */
    void partitionWritten(String name) {
        int stripe = stripe(name);
        whole.markRecent(stripe, recentWriteWindow.toNanos());
        whole.bump(stripe);
    }

    long sequence(CachedTable table) {
        return whole.sequence(whole.stripe(table.nameHash()));
    }

    boolean isWholeRecent(CachedTable table) {
        return whole.isRecent(whole.stripe(table.nameHash()));
    }

    /** Whether the whole table may have been written within the given time. */
    boolean isWholeWrittenWithin(CachedTable table, Duration window) {
        return whole.isRecent(
                whole.stripe(table.nameHash()), window.minus(recentWriteWindow).toNanos());
    }

    boolean isUncertain(CachedTable table) {
        return whole.isUncertain(whole.stripe(table.nameHash()));
    }

    private void drop(String name, @Nullable CachedTable table) {
        int stripe = stripe(name);
        whole.markRecent(stripe, recentWriteWindow.toNanos());
        whole.bump(stripe);
        if (table != null) {
            table.nextGeneration();
            drops.increment();
        }
    }

    private int stripe(String name) {
        return whole.stripe(name.hashCode());
    }
}
