package io.nearside.proxy.cache;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What look-ups in one table found, since the proxy started, and its most read keys. Counting takes no lock. */
public final class TableLookups {

    private final String table;
    private final Counts items = new Counts();
    private final Counts pages = new Counts();
    private final HotKeys keys = new HotKeys();
    private final HotKeys partitions = new HotKeys();

    TableLookups(String table) {
        this.table = table;
    }

    /** Look-ups of one kind. */
    public static final class Counts {

        private final LongAdder hits = new LongAdder();
        private final Map<MissReason, LongAdder> misses = new EnumMap<>(MissReason.class);

        private Counts() {
            for (MissReason reason : MissReason.values()) {
                misses.put(reason, new LongAdder());
            }
        }

        /** Look-ups that found what they looked for. */
        public long hits() {
            return hits.sum();
        }

        /** Look-ups that found nothing for this reason. */
        public long misses(MissReason reason) {
            return adder(reason).sum();
        }

        /** Look-ups that found nothing. */
        public long misses() {
            return misses.values().stream().mapToLong(LongAdder::sum).sum();
        }

        void hit() {
            hits.increment();
        }

        void missed(MissReason reason) {
            adder(reason).increment();
        }

        private LongAdder adder(MissReason reason) {
            return Objects.requireNonNull(misses.get(reason), "reason");
        }
    }

    /** The table's name, or {@link Lookups#OTHERS}. */
    public String table() {
        return table;
    }

    /** Look-ups of items. */
    public Counts items() {
        return items;
    }

    /** Look-ups of pages. */
    public Counts pages() {
        return pages;
    }

    /** Keys of items that are looked up most. */
    public HotKeys keys() {
        return keys;
    }

    /** Partitions of which pages are looked up most, of the table and its indexes. */
    public HotKeys partitions() {
        return partitions;
    }
}
