package io.nearside.load.replication;

import java.util.function.DoubleSupplier;

/**
 * Work done in rounds until its rate no longer rises: what runs in a young JVM is slow until it is compiled, and a figure taken then
 * says little. Bounded, for on a busy machine a rate may never come to rest.
 */
final class WarmUp {
    private static final double SETTLED = 1.1;

    private final int rounds;

    /**
     * @param rounds the most that are done, at least 1
     */
    WarmUp(int rounds) {
        this.rounds = rounds;
    }

    /** Does rounds until one is less than a tenth faster than the best before it; returns the best rate. */
    double until(DoubleSupplier round) {
        double best = round.getAsDouble();
        for (int done = 1; done < rounds; done++) {
            double rate = round.getAsDouble();
            boolean settled = rate < best * SETTLED;
            best = Math.max(best, rate);
            if (settled) {
                break;
            }
        }
        return best;
    }
}
