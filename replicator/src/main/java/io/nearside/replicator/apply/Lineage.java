package io.nearside.replicator.apply;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.nearside.change.Change;
import io.nearside.conflict.Revision;
import io.nearside.item.ItemKey;
import io.nearside.version.Version;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a version that won was made with knowledge of the change that lost: then nothing was lost, otherwise the two were
 * concurrent and an application may want to know.
 *
 * <p>Only reports depend on this, never what is written. Writes of one region follow one another, so a later one of the same region
 * knew of the earlier. Across regions it is known for what was applied here lately: the last applied change of a key came
 * with the version that it replaced. Where nothing is known (after a restart), a loss counts as concurrent: a report too many
 * rather than a silent loss.
 *
 * <p>Holds at most a fixed number of keys. Safe for use from any thread.
 */
public final class Lineage {

    private record Key(String table, ItemKey key) {}

    private record Last(Version version, @Nullable Version previous) {}

    private final Cache<Key, Last> lastApplied;

    /**
     * @param maxKeys how many keys are remembered
     */
    public Lineage(int maxKeys) {
        this.lastApplied = Caffeine.newBuilder().maximumSize(maxKeys).build();
    }

    void applied(Change change) {
        lastApplied.put(new Key(change.table(), change.key()), new Last(change.version(), change.previous()));
    }

    /** What stands under a key, with as much as is known of whether it was made with knowledge of a change that lost against it. */
    Revision held(Version winner, Change loser) {
        return new Revision(winner, knew(winner, loser) ? loser.version() : null);
    }

    private boolean knew(Version winner, Change loser) {
        Version version = loser.version();
        if (winner.region() == version.region()) {
            return true;
        }
        Last last = lastApplied.getIfPresent(new Key(loser.table(), loser.key()));
        if (last == null || version.isAbove(last.version())) {
            return false;
        }
        // The winner is the last change applied here, or came after it. That one knew of the loser if it is of the same
        // region, or
        // if what it replaced there was the loser or already above it.
        return version.region() == last.version().region()
                || (last.previous() != null && !version.isAbove(last.previous()));
    }
}
