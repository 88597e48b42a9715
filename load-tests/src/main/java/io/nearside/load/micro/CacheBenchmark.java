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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Lookup, filling and invalidation in caches that hold so many items. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CacheBenchmark {
    private static final int ITEM_BYTES = 100;
    private static final int STEP = 7919;

    /** How many. */
    @Param("100000")
    public int items;

    private ItemKey[] keys = {};
    private FilledCache filled = FilledCache.of(0, ITEM_BYTES);
    private byte[][] records = {};
    private int next;

    /** Fills the caches, and writes down an announcement of each item. */
    @Setup
    public void fillCaches() {
        keys = FilledCache.keys(2 * items);
        filled = FilledCache.of(items, ITEM_BYTES);
        records = new byte[items][];
        for (int i = 0; i < items; i++) {
            records[i] = InvalidationCodec.encode(
                    "us-east-1",
                    new Invalidation(
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
        return filled.items().get(filled.table(), keys[items + step()]);
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
        next = (next + STEP) % items;
        return next;
    }
}
