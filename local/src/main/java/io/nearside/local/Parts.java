package io.nearside.local;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Things that run and must be stopped in the reverse order of their start. Safe for use from any thread: what is added
 * after {@link #close()} is closed at once.
 */
final class Parts implements AutoCloseable {
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private boolean closed;

    <P extends AutoCloseable> P add(P part) {
        boolean late;
        synchronized (this) {
            late = closed;
            started.push(part);
        }
        if (late) {
            close();
        }
        return part;
    }

    /** Closes everything, whatever fails; failures are suppressed onto the first. */
    @Override
    public void close() {
        @Nullable RuntimeException first = null;
        for (@Nullable AutoCloseable part = next(); part != null; part = next()) {
            try {
                part.close();
            } catch (Exception failure) {
                if (first == null) {
                    first = new IllegalStateException("a part of the local stack did not stop cleanly", failure);
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private synchronized @Nullable AutoCloseable next() {
        closed = true;
        return started.poll();
    }
}
