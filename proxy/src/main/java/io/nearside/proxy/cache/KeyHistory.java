package io.nearside.proxy.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The last removal and the last miss of recently used keys, for those who ask why something was not in memory.
 *
 * <p>A fixed number of places, chosen by the key's hash; a newer key takes the place of an older one, so what is said is
 * recent or nothing, and two keys with equal 32-bit hashes may be taken for each other. Hits never come here. Safe from any
 * thread, without locks.
 */
final class KeyHistory {

    private static final int PLACES = 1 << 12;

    private final Ticker ticker;
    private final AtomicReferenceArray<@Nullable Event> removals = new AtomicReferenceArray<>(PLACES);
    private final AtomicReferenceArray<@Nullable Event> misses = new AtomicReferenceArray<>(PLACES);

    /**
     * Something that happened to a key.
     *
     * @param hash the key's
     * @param source who caused it; empty if nobody did
     * @param atNanos when, by the cache's ticker
     */
    record Event(int hash, MissReason reason, String source, long atNanos) {}

    KeyHistory(Ticker ticker) {
        this.ticker = ticker;
    }

    /** An entry went, or would have gone had there been one. */
    void removed(int hash, MissReason reason, String source) {
        removals.set(place(hash), new Event(hash, reason, source, ticker.read()));
    }

    /** A look-up found nothing; tells why. */
    MissReason missed(int hash, boolean expired) {
        Event removal = lastRemoval(hash);
        MissReason reason = expired ? MissReason.EXPIRED : removal == null ? MissReason.ABSENT : removal.reason;
        misses.set(place(hash), new Event(hash, reason, removal == null ? "" : removal.source, ticker.read()));
        return reason;
    }

    @Nullable Event lastRemoval(int hash) {
        return at(removals, hash);
    }

    @Nullable Event lastMiss(int hash) {
        return at(misses, hash);
    }

    private static @Nullable Event at(AtomicReferenceArray<@Nullable Event> events, int hash) {
        Event event = events.get(place(hash));
        return event != null && event.hash == hash ? event : null;
    }

    private static int place(int hash) {
        return (hash * 0x9E3779B9) >>> 20;
    }
}
