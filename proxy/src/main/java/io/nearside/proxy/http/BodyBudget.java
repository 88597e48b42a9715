package io.nearside.proxy.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that long request bodies may take together, from their arrival until their answer is out. Shared by all
 * event loops; a body counts from its first byte beyond {@link #FREE}, so that ordinary requests never come here.
 */
final class BodyBudget {

    /** Bodies up to this many bytes are not counted: connections are bounded, and so is what they hold. */
    static final int FREE = 64 * 1024;

    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    /** @param limit most bytes taken at a time */
    BodyBudget(long limit) {
        this.limit = limit;
    }

    /** Takes bytes; false, taking none, when there is no room for them. */
    boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= limit) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    /** Gives back what was taken. */
    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    /** Bytes taken now. */
    long taken() {
        return taken.get();
    }
}
