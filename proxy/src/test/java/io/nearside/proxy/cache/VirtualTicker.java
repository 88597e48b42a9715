package io.nearside.proxy.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Elapsed time that passes when a test says so. Starts far below zero, as {@link System#nanoTime} may. */
public final class VirtualTicker implements Ticker {

    private final AtomicLong nanos = new AtomicLong(Long.MIN_VALUE / 2);

    @Override
    public long read() {
        return nanos.get();
    }

    /** Lets time pass. */
    public void advance(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }
}
