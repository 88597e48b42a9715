package io.nearside.replicator.table;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads of many threads in few requests: who finds all places taken waits, and goes with the others that wait in the next request.
 *
 * <p>A read is in no request that began before it was asked for, so that what a strongly consistent request tells each of them is as
 * strong as if it had been asked alone. Nobody waits while a place is free, so that a single read costs no time. Of the threads
 * that wait one sends the request for all; there are no others. Bounded by the threads that read, and blocking; thread-safe.
 *
 * @param <K> what is read, by its own equality
 * @param <V> what is found
 */
final class SharedReads<K, V> {

    private final int places;
    private final int together;
    private final Function<List<K>, Map<K, Reply<V>>> request;

    /** Guards both. */
    private final Deque<Reader<K, V>> waiting = new ArrayDeque<>();

    private int taken;

    /** What became of one read: found, nothing found, or failed. */
    record Reply<V>(@Nullable V found, @Nullable StoreException failure) {}

    private static final class Reader<K, V> {
        private final K key;

        /** Completes with the reply, or with null when this reader is the one to send the next request. */
        private final CompletableFuture<@Nullable Reply<V>> turn = new CompletableFuture<>();

        private Reader(K key) {
            this.key = key;
        }
    }

    /**
     * @param places requests under way at a time, at least 1
     * @param together the most keys in a request, at least 1
     * @param request reads different keys at once; a key that it leaves out is not there. What it throws fails all of them
     */
    SharedReads(int places, int together, Function<List<K>, Map<K, Reply<V>>> request) {
        this.places = places;
        this.together = together;
        this.request = request;
    }

    /**
     * Reads one key.
     *
     * @throws StoreException as the request says of this key
     */
    @Nullable V read(K key) {
        Reader<K, V> own = new Reader<>(key);
        Reply<V> reply = takesPlace(own) ? null : awaitTurn(own);
        if (reply == null) {
            reply = readWithOthers(own);
        }
        if (reply.failure() != null) {
            throw reply.failure();
        }
        return reply.found();
    }

    /** A failure of the request that it went with is thrown as its sender saw it: by its type it is retriable or not. */
    private static <K, V> @Nullable Reply<V> awaitTurn(Reader<K, V> own) {
        try {
            return own.turn.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** How many reads wait for the next request. */
    synchronized int waiting() {
        return waiting.size();
    }

    private synchronized boolean takesPlace(Reader<K, V> reader) {
        if (taken < places) {
            taken++;
            return true;
        }
        waiting.add(reader);
        return false;
    }

    private Reply<V> readWithOthers(Reader<K, V> own) {
        List<Reader<K, V>> others = others();
        try {
            Map<K, Reply<V>> replies = request.apply(keys(own, others));
            others.forEach(other -> other.turn.complete(reply(replies, other)));
            return reply(replies, own);
        } catch (RuntimeException | Error e) {
            others.forEach(other -> other.turn.completeExceptionally(e));
            throw e;
        } finally {
            passOn();
        }
    }

    private synchronized List<Reader<K, V>> others() {
        List<Reader<K, V>> others = new ArrayList<>();
        while (others.size() < together - 1 && !waiting.isEmpty()) {
            others.add(waiting.remove());
        }
        return others;
    }

    private List<K> keys(Reader<K, V> own, List<Reader<K, V>> others) {
        if (others.isEmpty()) {
            return List.of(own.key);
        }
        List<K> keys = new ArrayList<>(others.size() + 1);
        keys.add(own.key);
        others.forEach(other -> keys.add(other.key));
        return keys.stream().distinct().toList();
    }

    private static <K, V> Reply<V> reply(Map<K, Reply<V>> replies, Reader<K, V> reader) {
        Reply<V> reply = replies.get(reader.key);
        return reply == null ? new Reply<>(null, null) : reply;
    }

    private void passOn() {
        Reader<K, V> next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                taken--;
                return;
            }
        }
        next.turn.complete(null);
    }
}
