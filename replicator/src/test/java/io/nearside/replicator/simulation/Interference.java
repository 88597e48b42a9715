package io.nearside.replicator.simulation;

import java.util.function.Supplier;

/** What may come between a process and the thing it calls. */
interface Interference {
    /** Others may act, the process may die, the call may fail without effect. */
    void before();

    /** The call took effect, but the caller may not hear of it. */
    void after();

    /** For the history. */
    void tell(Supplier<String> line);
}
