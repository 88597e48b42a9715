package io.nearside.load.micro;

import io.nearside.change.Invalidation;
import io.nearside.change.InvalidationCodec;
import io.nearside.change.MalformedRecordException;
import io.nearside.item.ItemKey;
import io.nearside.load.memory.FilledCache;
import io.nearside.proxy.cache.CachedItem;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Lookup, filling and invalidation in caches that hold a hundred thousand items. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CacheBenchmark {
    private static final int ITEMS = 100_000;
    private static final int ITEM_BYTES = 100;
    private static final int STEP = 7919;

    private final FilledCache filled = FilledCache.of(ITEMS, ITEM_BYTES);
    private final ItemKey[] keys = FilledCache.keys(2 * ITEMS);
    private final byte[][] records = new byte[ITEMS][];
    private int next;

    /** Writes down an invalidation of each key. */
    public CacheBenchmark() {
        for (int i = 0; i < ITEMS; i++) {
            records[i] = InvalidationCodec.encode(new Invalidation(
                    Invalidation.Scope.ITEM,
                    filled.table().name(),
                    filled.table().id(),
                    keys[i],
                    List.of(),
                    "another",
                    Instant.EPOCH,
                    null));
        }
    }

    /** An item that is here. */
    @Benchmark
    public @Nullable CachedItem lookupHit() {
        return filled.items().get(filled.table(), keys[step()]);
    }

    /** An item that is not. */
    @Benchmark
    public @Nullable CachedItem lookupMiss() {
        return filled.items().get(filled.table(), keys[ITEMS + step()]);
    }

    /** A fill from its beginning to its installation. */
    @Benchmark
    public boolean fill() {
        int key = step();
        return filled.fill(keys[key], key);
    }

    /** An announcement, from the record's bytes to the forgotten item; the key that it named. */
    @Benchmark
    public ItemKey invalidate() throws MalformedRecordException {
        Invalidation invalidation = InvalidationCodec.decode(records[step()]);
        filled.invalidate(invalidation);
        return Objects.requireNonNull(invalidation.key());
    }

    boolean holds(ItemKey key) {
        return filled.items().get(filled.table(), key) != null;
    }

    /** In an order that caches of processors do not guess. */
    private int step() {
        next = (next + STEP) % ITEMS;
        return next;
    }
}
