package io.nearside.replicator.apply;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How far one partition has come: every record below {@link #committable()} is applied, superseded or parked.
 *
 * <p>Records begin in the order of their offsets (with gaps, where a topic is compacted) and end in any order. Holds one small
 * entry per record that has begun and not ended, or that has ended behind one that has not; the caller bounds how many begin.
 * Safe for use from any thread.
 */
final class PartitionFrontier {

    /** A record under way. */
    final class Entry {
        private final long offset;
        private final long capturedMillis;
        private boolean done;

        private Entry(long offset, long capturedMillis) {
            this.offset = offset;
            this.capturedMillis = capturedMillis;
        }

        /** The record has ended; a second call does nothing. */
        void done() {
            ended(this);
        }
    }

    private final Deque<Entry> underWay = new ArrayDeque<>();
    private long next;

    /** @param next the offset of the first record that will begin */
    PartitionFrontier(long next) {
        this.next = next;
    }

    /**
     * A record begins.
     *
     * @throws IllegalStateException if a later one has begun before
     */
    synchronized Entry begin(long offset, long capturedMillis) {
        if (offset < next) {
            throw new IllegalStateException("offset " + offset + " begins after " + (next - 1));
        }
        Entry entry = new Entry(offset, capturedMillis);
        underWay.addLast(entry);
        next = offset + 1;
        return entry;
    }

    private synchronized void ended(Entry entry) {
        entry.done = true;
        for (Entry first = underWay.peekFirst(); first != null && first.done; first = underWay.peekFirst()) {
            underWay.removeFirst();
        }
    }

    /** The first offset that must be read again after a restart. */
    synchronized long committable() {
        Entry first = underWay.peekFirst();
        return first == null ? next : first.offset;
    }

    /** How many records stand between the frontier and the last one begun. */
    synchronized int size() {
        return underWay.size();
    }

    /** When the oldest record that has not ended was captured, milliseconds since the epoch; the given value if there is none. */
    synchronized long oldestMillis(long ifNone) {
        Entry first = underWay.peekFirst();
        return first == null ? ifNone : first.capturedMillis;
    }
}
