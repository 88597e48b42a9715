package io.nearside.replicator.capture;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The contiguous part of a shard that is done: records finish in any order, the frontier passes one only when none before it is
 * still open. So a checkpoint taken from here can never be ahead of a record that was not acknowledged.
 *
 * <p>Thread-safe. Holds one small entry per record in flight; whoever feeds it bounds them by {@link #inFlight}.
 */
final class ShardFrontier {

    private final Deque<Entry> open = new ArrayDeque<>();
    private @Nullable SequenceNumber frontier;

    /** One record in flight. */
    final class Entry {
        private final SequenceNumber position;
        private final long writtenMillis;
        private boolean finished;

        private Entry(SequenceNumber position, long writtenMillis) {
            this.position = position;
            this.writtenMillis = writtenMillis;
        }

        /** Says that the record is settled and acknowledged; true if that moved the frontier. */
        boolean finish() {
            return finished(this);
        }
    }

    /** Enters a record; records come in stream order. */
    synchronized Entry begin(SequenceNumber position, long writtenMillis) {
        Entry entry = new Entry(position, writtenMillis);
        open.addLast(entry);
        return entry;
    }

    private synchronized boolean finished(Entry entry) {
        entry.finished = true;
        boolean moved = false;
        for (Entry first = open.peekFirst(); first != null && first.finished; first = open.peekFirst()) {
            frontier = open.removeFirst().position;
            moved = true;
        }
        return moved;
    }

    /** The last record up to which all are done; null before the first. */
    synchronized @Nullable SequenceNumber position() {
        return frontier;
    }

    /** How many records are not behind the frontier yet. */
    synchronized int inFlight() {
        return open.size();
    }

    /** How many records are in flight and not finished themselves. */
    synchronized int unfinished() {
        int unfinished = 0;
        for (Entry entry : open) {
            unfinished += entry.finished ? 0 : 1;
        }
        return unfinished;
    }

    /** When the oldest record that is not behind the frontier was written, milliseconds since the epoch; -1 if there is none. */
    synchronized long oldestOpenMillis() {
        Entry first = open.peekFirst();
        return first == null ? -1 : first.writtenMillis;
    }
}
