package io.nearside.load.memory;

import io.nearside.item.ItemKey;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * A JVM with a filled cache in which one thread looks items up at a constant rate and another replaces some, so that the
 * collector has work among old objects. A lookup counts from when it was due, so a pause is charged for every lookup
 * that it kept waiting. Prints p50, p99, p99.9 and the longest in microseconds, lookups, and the collector's runs and
 * milliseconds.
 */
public final class LookupsMain {
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final FilledCache cache;
    private final ItemKey[] keys;
    private volatile boolean done;

    private LookupsMain(int entries, int itemBytes) {
        keys = FilledCache.keys(entries);
        cache = FilledCache.of(keys, itemBytes);
        // In a process that has run for a while the entries are old; the first collection would copy them all.
        System.gc();
    }

    public static void main(String[] arguments) throws InterruptedException {
        var main = new LookupsMain(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        var replacer = new Thread(() -> main.replace(Double.parseDouble(arguments[4])), "replacer");
        replacer.start();
        var seconds = Integer.parseInt(arguments[2]);
        var rate = Double.parseDouble(arguments[3]);
        main.lookUp(Math.max(1, seconds / 2), rate);
        long runs = collections(GarbageCollectorMXBean::getCollectionCount);
        long millis = collections(GarbageCollectorMXBean::getCollectionTime);
        var latencies = main.lookUp(seconds, rate);
        System.out.println(latencies.getValueAtPercentile(50) / 1e3 + " " + latencies.getValueAtPercentile(99) / 1e3
                + " " + latencies.getValueAtPercentile(99.9) / 1e3 + " " + latencies.getMaxValue() / 1e3 + " "
                + latencies.getTotalCount() + " " + (collections(GarbageCollectorMXBean::getCollectionCount) - runs)
                + " " + (collections(GarbageCollectorMXBean::getCollectionTime) - millis));
        main.done = true;
        replacer.join();
    }

    private Histogram lookUp(int seconds, double perSecond) {
        var random = new SplittableRandom(1);
        var latencies = new Histogram(LONGEST_NANOS, 3);
        long start = System.nanoTime();
        long count = (long) (seconds * perSecond);
        for (long made = 0; made < count; made++) {
            long due = start + (long) (made * 1e9 / perSecond);
            while (System.nanoTime() - due < 0) {
                Thread.onSpinWait();
            }
            if (cache.items().get(cache.table(), keys[random.nextInt(keys.length)]) == null) {
                throw new IllegalStateException("an item is missing");
            }
            latencies.recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - due));
        }
        return latencies;
    }

    private void replace(double perSecond) {
        var random = new SplittableRandom(2);
        long start = System.nanoTime();
        for (long made = 0; !done; made++) {
            long due = start + (long) (made * 1e9 / perSecond);
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            int number = random.nextInt(keys.length);
            cache.fill(keys[number], number);
        }
    }

    private static long collections(java.util.function.ToLongFunction<GarbageCollectorMXBean> figure) {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(figure)
                .sum();
    }
}
