package io.nearside.proxy.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What callers saw, in the order in which they were answered. Moments are {@link System#nanoTime} of one JVM: a moment
 * noted before a request is sent is before it, one noted when its answer is in is after it. Not safe for threads.
 */
final class History {

    /** What a read returns where there is no item. */
    static final long ABSENT = 0;

    /**
     * A write that was answered with success.
     *
     * @param node through which it went
     * @param id names the write; the value that it left, unless it was a deletion
     * @param invokedAt the wall clock before it was sent, to find its announcement
     * @param answeredAt the wall clock after it was answered
     */
    record Write(int node, int key, long id, long invoked, long answered, Instant invokedAt, Instant answeredAt) {}

    /**
     * What a read said about one key.
     *
     * @param operation GetItem, BatchGetItem or Query
     * @param value the id of the write whose value was returned, or {@link #ABSENT}
     */
    record Read(int node, int key, String operation, long value, long invoked, long answered) {}

    private final List<Write> writes = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();
    private int operations;

    void add(Write write) {
        writes.add(write);
        operations++;
    }

    /** Adds one request's reads; a query reads as many keys as it may return. */
    void add(List<Read> ofOneRequest) {
        reads.addAll(ofOneRequest);
        operations++;
    }

    /** Adds a request that promises nothing: refused, or of unknown outcome. */
    void addFruitless() {
        operations++;
    }

    List<Write> writes() {
        return writes;
    }

    List<Read> reads() {
        return reads;
    }

    /** Requests that were answered. */
    int operations() {
        return operations;
    }
}
