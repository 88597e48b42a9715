package io.nearside.proxy.cache;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * What look-ups in one table found, since the proxy started, by operation, and its most read keys. Counting takes no lock.
 */
public final class TableLookups {

    private final String table;
    private final Counts getItem = new Counts();
    private final Counts batchGetItem = new Counts();
    private final Counts query = new Counts();
    private final Counts scan = new Counts();
    private final Found items = new Sum(getItem, batchGetItem);
    private final Found pages = new Sum(query, scan);
    private final HotKeys keys = new HotKeys();
    private final HotKeys partitions = new HotKeys();

    TableLookups(String table) {
        this.table = table;
    }

    /** The operations whose answers memory may have. */
    public enum Reading {
        /** One look-up a request. */
        GET_ITEM("GetItem", "items"),
        /** One look-up a key. */
        BATCH_GET_ITEM("BatchGetItem", "items"),
        /** One look-up a page. */
        QUERY("Query", "pages"),
        /** One look-up a page. */
        SCAN("Scan", "pages");

        private final String label;
        private final String cache;

        Reading(String label, String cache) {
            this.label = label;
            this.cache = cache;
        }

        /** DynamoDB's name of the operation. */
        public String label() {
            return label;
        }

        /** Where it looks: {@code items} or {@code pages}. */
        public String cache() {
            return cache;
        }
    }

    /** What some look-ups came to. */
    public interface Found {

        /** Look-ups that found what they looked for. */
        long hits();

        /** Look-ups that found nothing for this reason. */
        long misses(MissReason reason);

        /** Look-ups that found nothing. */
        default long misses() {
            long misses = 0;
            for (MissReason reason : MissReason.values()) {
                misses += misses(reason);
            }
            return misses;
        }
    }

    /** The look-ups of one operation. */
    static final class Counts implements Found {

        private final LongAdder hits = new LongAdder();
        private final Map<MissReason, LongAdder> misses = new EnumMap<>(MissReason.class);

        private Counts() {
            for (MissReason reason : MissReason.values()) {
                misses.put(reason, new LongAdder());
            }
        }

        @Override
        public long hits() {
            return hits.sum();
        }

        @Override
        public long misses(MissReason reason) {
            return adder(reason).sum();
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

    private record Sum(Found one, Found other) implements Found {

        @Override
        public long hits() {
            return one.hits() + other.hits();
        }

        @Override
        public long misses(MissReason reason) {
            return one.misses(reason) + other.misses(reason);
        }
    }

    /** The table's name, or {@link Lookups#OTHERS}. */
    public String table() {
        return table;
    }

    /** Look-ups of items. */
    public Found items() {
        return items;
    }

    /** Look-ups of pages. */
    public Found pages() {
        return pages;
    }

    /** Look-ups of one operation. */
    public Found of(Reading reading) {
        return switch (reading) {
            case GET_ITEM -> getItem;
            case BATCH_GET_ITEM -> batchGetItem;
            case QUERY -> query;
            case SCAN -> scan;
        };
    }

    Counts getItem() {
        return getItem;
    }

    Counts batchGetItem() {
        return batchGetItem;
    }

    Counts query() {
        return query;
    }

    Counts scan() {
        return scan;
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
