package io.nearside.conflict;

import io.nearside.change.Change;
import io.nearside.item.Item;
import io.nearside.version.Version;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a region holds under a key, or what a change would leave there.
 *
 * @param version the version of the item, or of its deletion
 * @param previous the version that it replaced where it was made; null if there was none or it is not known
 * @param image the item without its version attribute; null if it is deleted
 */
public record Revision(
        Version version,
        @Nullable Version previous,
        @Nullable Item image) {
    public Revision {
        Objects.requireNonNull(version, "version");
    }

    /** What a change leaves. */
    public static Revision of(Change change) {
        return new Revision(change.version(), change.previous(), change.image());
    }

    /**
     * Whether whoever made this revision knew of the other, lower one, or of something that had already beaten it. If not, the two
     * are concurrent.
     *
     * <p>Writes of one region to one item follow one another, so a higher version of the same region knew of the lower; otherwise it
     * did if what it replaced was the other or above it. An unknown predecessor counts as not knowing: a report too many rather than
     * a loss that nobody hears of.
     */
    public boolean knew(Revision lower) {
        return version.region() == lower.version.region() || (previous != null && !lower.version.isAbove(previous));
    }
}
