package io.nearside.proxy.cache;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The look-ups of every table, by the tables' names: a table that is made again goes on counting. At most {@value #MOST_TABLES}
 * tables are counted by name and the others as one. Safe from any thread.
 */
public final class Lookups {

    /** No table can have this name. */
    public static final String OTHERS = "(others)";

    static final int MOST_TABLES = 200;

    /** One look-up in so many is looked at more closely. */
    public static final int SAMPLED = 32;

    private final ConcurrentHashMap<String, TableLookups> tables = new ConcurrentHashMap<>();
    private volatile Consumer<TableLookups> observer = table -> {};
    private volatile LongConsumer ages = nanos -> {};

    Lookups() {}

    /** Tells the observer of every table counted so far, and of every one from now on, when it is first counted. */
    public synchronized void observe(Consumer<TableLookups> newObserver) {
        observer = newObserver;
        tables.values().forEach(newObserver);
    }

    /** Tells the observer the age, in nanoseconds, of what one hit in {@value #SAMPLED} found. */
    public void observeAges(LongConsumer observesAges) {
        ages = observesAges;
    }

    /** All tables counted so far. */
    public Collection<TableLookups> all() {
        return List.copyOf(tables.values());
    }

    synchronized TableLookups of(String table) {
        TableLookups known = tables.get(table);
        if (known != null) {
            return known;
        }
        String name = tables.size() < MOST_TABLES ? table : OTHERS;
        TableLookups others = tables.get(name);
        if (others != null) {
            return others;
        }
        TableLookups fresh = new TableLookups(name);
        tables.put(name, fresh);
        observer.accept(fresh);
        return fresh;
    }

    /** Whether this look-up is one to look at more closely. */
    boolean sampled() {
        return (ThreadLocalRandom.current().nextInt() & (SAMPLED - 1)) == 0;
    }

    void hitAged(long nanos) {
        ages.accept(nanos);
    }
}
