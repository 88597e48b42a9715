package io.nearside.replicator.simulation;

import java.util.function.Supplier;

/** What happened, step by step; told only when a single seed is replayed, for the telling costs more than the play. */
interface History {
    /** Adds a line; the supplier is asked only if somebody listens. */
    void tell(Supplier<String> line);

    /** Nobody listens. */
    History UNTOLD = line -> {};
}
