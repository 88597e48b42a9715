package io.nearside.load.memory;

import io.nearside.change.Invalidation;
import io.nearside.change.InvalidationCodec;
import io.nearside.change.MalformedRecordException;
import io.nearside.item.ItemKey;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A JVM that handles announcements of single items as fast as it can, from the record's bytes to the forgotten item, while
 * another of its threads reads at a rate and fills again what it misses. Prints announcements handled, wall seconds,
 * processor seconds of the thread that handled them, reads, and how many of them were hits.
 */
public final class InvalidationsMain {
    private static final int ANNOUNCED = 1 << 16;
    private static final int STEP = 7919;
    private static final int CLOCK_EVERY = 256;

    private final FilledCache cache;
    private final ItemKey[] keys;
    private final byte[][] records;
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong hits = new AtomicLong();
    private volatile boolean done;

    private InvalidationsMain(int entries, int itemBytes) {
        keys = FilledCache.keys(entries);
        cache = FilledCache.of(keys, itemBytes);
        records = new byte[Math.min(entries, ANNOUNCED)][];
        var at = Instant.ofEpochMilli(1_767_225_600_000L);
        for (int i = 0; i < records.length; i++) {
            var key = keys[(int) ((long) i * STEP % entries)];
            records[i] = InvalidationCodec.encode(
                    "us-east-1",
                    new Invalidation(
                            Invalidation.Scope.ITEM,
                            cache.table().name(),
                            cache.table().id(),
                            key,
                            List.of(),
                            "another",
                            at,
                            null));
        }
    }

    public static void main(String[] arguments) throws MalformedRecordException, InterruptedException {
        var main = new InvalidationsMain(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        long seconds = Long.parseLong(arguments[2]);
        double readsPerSecond = Double.parseDouble(arguments[3]);
        var reader = new Thread(() -> main.read(readsPerSecond), "reader");
        reader.start();
        main.handleFor(seconds);
        System.out.println(main.handleFor(seconds));
        main.done = true;
        reader.join();
    }

    private String handleFor(long seconds) throws MalformedRecordException {
        var threads = ManagementFactory.getThreadMXBean();
        long readsBefore = reads.get();
        long hitsBefore = hits.get();
        long cpu = threads.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        long now = start;
        long handled = 0;
        for (; now - start < seconds * 1_000_000_000L; now = System.nanoTime()) {
            for (int i = 0; i < CLOCK_EVERY; i++) {
                cache.invalidate(InvalidationCodec.decode(records[(int) (handled++ % records.length)]));
            }
        }
        return handled + " " + (now - start) / 1e9 + " " + (threads.getCurrentThreadCpuTime() - cpu) / 1e9 + " "
                + (reads.get() - readsBefore) + " " + (hits.get() - hitsBefore);
    }

    private void read(double perSecond) {
        var random = new SplittableRandom(1);
        long start = System.nanoTime();
        for (long made = 0; !done; made++) {
            long due = start + (long) (made * 1e9 / perSecond);
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            int number = random.nextInt(keys.length);
            if (cache.items().get(cache.table(), keys[number]) == null) {
                cache.fill(keys[number], number);
            } else {
                hits.incrementAndGet();
            }
            reads.incrementAndGet();
        }
    }
}
