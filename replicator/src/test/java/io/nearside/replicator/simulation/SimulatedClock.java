package io.nearside.replicator.simulation;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** A wall clock that is off by something, and may be set anew while the world goes on. */
final class SimulatedClock implements InstantSource {
    private final LongSupplier trueMillis;
    private long errorMillis;

    SimulatedClock(LongSupplier trueMillis, long errorMillis) {
        this.trueMillis = trueMillis;
        this.errorMillis = errorMillis;
    }

    void set(long newErrorMillis) {
        errorMillis = newErrorMillis;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public long millis() {
        return trueMillis.getAsLong() + errorMillis;
    }
}
