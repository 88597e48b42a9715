package io.nearside.replicator.capture;

import org.jspecify.annotations.Nullable;

/** A long piece of work on a whole table, done beside the tailer. Thread-safe. */
interface Sweep {

    /** Begins, or goes on where it was left; returns at once. */
    void start();

    /** Starts no further step; what is done is remembered. */
    void stop();

    /** Whether all of it is done and remembered. */
    boolean isDone();

    /** What stands in the way now, in a sentence; null if nothing does. */
    @Nullable String failure();
}
