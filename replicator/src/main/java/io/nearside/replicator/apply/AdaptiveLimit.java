package io.nearside.replicator.apply;

/**
 * How many writes may be under way at one table: grows by one per round of successes, shrinks by a third when the table throttles.
 *
 * <p>Additive increase, multiplicative decrease, as TCP does (Chiu and Jain, 1989): it settles just below what the table gives. One
 * burst of refusals counts once: after a cut, as many answers as were under way are not cut for again. Not thread-safe: the
 * owner holds its lock.
 */
final class AdaptiveLimit {

    private static final double DECREASE = 0.67;
    private static final int INITIAL = 16;

    private final int max;
    private double limit;
    private int immune;

    /** @param max the upper bound, at least 1 */
    AdaptiveLimit(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("max must be at least 1: " + max);
        }
        this.max = max;
        this.limit = Math.min(INITIAL, max);
    }

    int current() {
        return (int) limit;
    }

    void succeeded() {
        immune = Math.max(0, immune - 1);
        limit = Math.min(max, limit + 1 / limit);
    }

    void throttled() {
        if (immune > 0) {
            immune--;
            return;
        }
        immune = current() - 1;
        limit = Math.max(1, limit * DECREASE);
    }
}
