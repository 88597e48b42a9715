package io.nearside.proxy.coherence;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;

/** Admits one log line per interval, for what others may cause thousands of times a second. Safe from any thread. */
final class LogLimit {

    private final Ticker ticker;
    private final long intervalNanos;
    private boolean any;
    private long admittedNanos;
    private long refused;

    LogLimit(Ticker ticker, Duration interval) {
        this.ticker = ticker;
        this.intervalNanos = interval.toNanos();
    }

    /** How many lines were refused since the last one admitted; -1 if this one is refused too. */
    synchronized long admit() {
        long now = ticker.read();
        if (any && now - admittedNanos < intervalNanos) {
            refused++;
            return -1;
        }
        any = true;
        admittedNanos = now;
        long unlogged = refused;
        refused = 0;
        return unlogged;
    }
}
