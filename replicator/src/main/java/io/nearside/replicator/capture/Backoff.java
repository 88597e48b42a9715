package io.nearside.replicator.capture;

import java.time.Duration;

/** Pauses that double from a first to a longest one, until something succeeds. Not thread-safe. */
final class Backoff {

    private final long firstNanos;
    private final long longestNanos;
    private long nextNanos;

    Backoff(Duration first, Duration longest) {
        this.firstNanos = Math.min(first.toNanos(), longest.toNanos());
        this.longestNanos = longest.toNanos();
        this.nextNanos = firstNanos;
    }

    /** The next pause. */
    Duration next() {
        Duration pause = Duration.ofNanos(nextNanos);
        nextNanos = Math.min(longestNanos, nextNanos * 2);
        return pause;
    }

    /** It went well: the next pause is the first again. */
    void reset() {
        nextNanos = firstNanos;
    }
}
