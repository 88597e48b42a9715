package io.nearside.replicator.verify;

import io.nearside.change.Change;
import io.nearside.item.ItemKey;
import io.nearside.version.Version;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the keys of a table were at a moment, pieced together from the rows as they are now and the changes in the logs.
 *
 * <p>At the moment, the highest version made until then stood: a row if it has not changed since, else what the logs say. Of a key that
 * has changed since and of which the logs say nothing older, either it was not there yet or what it was has fallen out of the logs.
 * Only if the logs reach back beyond the moment and nothing was ever dropped from them is it the first.
 *
 * <p>Rows come first, then changes, in any order, any number of times. Holds one small entry per key. Not thread-safe.
 */
final class PastItems {

    /** Where the state of a key at the moment is to be found. */
    enum Source {
        /** It is the row, as it is now. */
        ROW,
        /** It is in the logs. */
        LOG,
        /** There was no item. */
        NOTHING,
        /** There was no item, though the row looks as if it had been there. */
        NOTHING_AFTER_ALL,
        /** It cannot be told any more. */
        UNKNOWN
    }

    private static final class Past {
        @Nullable Version version;

        Source source = Source.UNKNOWN;
        boolean rowCounted;
        boolean taken;
    }

    private final long asOfMillis;
    private final Map<ItemKey, Past> keys = new HashMap<>();
    private long firstCapturedMillis = Long.MAX_VALUE;

    PastItems(Instant asOf) {
        this.asOfMillis = asOf.toEpochMilli();
    }

    /**
     * A row as it is now.
     *
     * @return whether it looks as if it had been so at the moment
     */
    boolean row(ItemKey key, @Nullable Version version) {
        Past past = past(key);
        if (version == null || version.millis() > asOfMillis) {
            return false;
        }
        past.version = version;
        past.source = Source.ROW;
        past.rowCounted = true;
        return true;
    }

    /**
     * A change in a log.
     *
     * @param puts whether it left an item in this region
     */
    void change(Change change, boolean puts) {
        Past past = past(change.key());
        // An expiry's version is next to that of the item, however much later it expired.
        long made = change.kind() == Change.Kind.TTL
                ? change.captured().toEpochMilli()
                : change.version().millis();
        if (made <= asOfMillis && (past.version == null || change.version().isAbove(past.version))) {
            past.version = change.version();
            past.source = puts ? Source.LOG : Source.NOTHING;
        }
    }

    /** Some log has a record that was captured then, whatever it is about. */
    void captured(Instant captured) {
        firstCapturedMillis = Math.min(firstCapturedMillis, captured.toEpochMilli());
    }

    private Past past(ItemKey key) {
        return keys.computeIfAbsent(key, any -> new Past());
    }

    /** Whether the image of a change is what stood at the moment and is not in the row; true once per key. */
    boolean take(Change change) {
        Past past = keys.get(change.key());
        if (past == null
                || past.taken
                || past.source != Source.LOG
                || !change.version().equals(past.version)) {
            return false;
        }
        past.taken = true;
        return true;
    }

    /**
     * Tells of every key.
     *
     * @param nothingDropped no log has lost anything that was ever in it
     */
    void forEach(boolean nothingDropped, BiConsumer<ItemKey, Source> teller) {
        boolean reachesBack = nothingDropped && firstCapturedMillis <= asOfMillis;
        keys.forEach((key, past) -> teller.accept(key, source(past, reachesBack)));
    }

    private static Source source(Past past, boolean reachesBack) {
        Source source = past.source == Source.UNKNOWN && reachesBack ? Source.NOTHING : past.source;
        return source == Source.NOTHING && past.rowCounted ? Source.NOTHING_AFTER_ALL : source;
    }
}
