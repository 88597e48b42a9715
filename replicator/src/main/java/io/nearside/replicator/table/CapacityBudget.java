package io.nearside.replicator.table;

import java.util.function.LongSupplier;

/**
 * So many capacity units per second: a bucket that holds one second's worth and may be overdrawn.
 *
 * <p>What a step costs is often known only after it was taken. So a step may begin whenever the bucket is not overdrawn, and whoever
 * comes after an expensive one waits until its cost is made up for. Thread-safe; never blocks.
 */
public final class CapacityBudget {

    /** No limit. */
    public static final CapacityBudget UNLIMITED = new CapacityBudget(0, () -> 0);

    private static final double NANOS = 1e9;

    private final int unitsPerSecond;
    private final LongSupplier nanos;
    private double balance;
    private long asOf;

    private CapacityBudget(int unitsPerSecond, LongSupplier nanos) {
        this.unitsPerSecond = unitsPerSecond;
        this.nanos = nanos;
        this.balance = unitsPerSecond;
        this.asOf = nanos.getAsLong();
    }

    /**
     * A budget.
     *
     * @param unitsPerSecond at least 1
     * @param nanos elapsed time
     */
    public static CapacityBudget of(int unitsPerSecond, LongSupplier nanos) {
        if (unitsPerSecond < 1) {
            throw new IllegalArgumentException("unitsPerSecond must be at least 1: " + unitsPerSecond);
        }
        return new CapacityBudget(unitsPerSecond, nanos);
    }

    /** Notes what a step cost, or will cost. */
    public synchronized void charge(double units) {
        if (unitsPerSecond > 0) {
            refill();
            balance -= units;
        }
    }

    /** How long the next step has to wait; 0 if it may begin now. */
    public synchronized long nanosUntilFree() {
        if (unitsPerSecond == 0) {
            return 0;
        }
        refill();
        return balance >= 0 ? 0 : (long) Math.ceil(-balance * NANOS / unitsPerSecond);
    }

    private void refill() {
        long now = nanos.getAsLong();
        balance = Math.min(unitsPerSecond, balance + (now - asOf) * (unitsPerSecond / NANOS));
        asOf = now;
    }
}
