package io.nearside.replicator.apply;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.nearside.change.Change;
import io.nearside.conflict.Revision;
import io.nearside.item.ItemKey;
import io.nearside.version.Version;

/**
 * What {@link Lineage} is for whole items, for changes to single attributes: whether a version that won was made with knowledge of the change
 * that lost. It is known of changes applied here lately, each of which came with the lowest version that it replaced, and of
 * those made in the same region. Where nothing is known a loss counts as concurrent.
 *
 * <p>Only reports depend on this, never what is written. Holds at most a fixed number of changes. Safe for use from any thread.
 */
final class AttributeLineage {
    private record Applied(String table, ItemKey key, Version version) {}

    private final Cache<Applied, Version> replaced;

    AttributeLineage(int maxChanges) {
        this.replaced = Caffeine.newBuilder().maximumSize(maxChanges).build();
    }

    void applied(Change change) {
        Version previous = change.previous();
        if (previous != null) {
            replaced.put(new Applied(change.table(), change.key(), change.version()), previous);
        }
    }

    Revision held(Version winner, Change loser) {
        return new Revision(winner, replaced.getIfPresent(new Applied(loser.table(), loser.key(), winner)));
    }
}
