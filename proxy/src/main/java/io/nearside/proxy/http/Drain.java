package io.nearside.proxy.http;

import java.util.concurrent.atomic.LongAdder;

/**
 * Whether the data port is being drained: then every answer says {@code Connection: close}, so that callers end their
 * connections themselves, at a moment when no request of theirs is on its way. Shared by all event loops.
 */
final class Drain {

    private final LongAdder answers = new LongAdder();
    private volatile boolean begun;

    /** From now on every answer is the last of its connection. */
    void begin() {
        begun = true;
    }

    /** Whether the next answer is to be the last of its connection. */
    boolean begun() {
        return begun;
    }

    /** An answer went out that is the last of its connection. */
    void answered() {
        answers.increment();
    }

    /** Answers that went out since the draining began. */
    long answers() {
        return answers.sum();
    }
}
