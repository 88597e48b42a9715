package io.nearside.conflict;

import io.nearside.change.Change;
import io.nearside.version.Version;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a region holds under a key, or what a change would leave there.
 *
 * @param version the version of the item, or of its deletion
 * @param known the highest version of which whoever made this one is known to have known: normally what it replaced; null if nothing is
 *     known of that
 */
public record Revision(Version version, @Nullable Version known) {
    public Revision {
        Objects.requireNonNull(version, "version");
    }

    /** What a change leaves. */
    public static Revision of(Change change) {
        return new Revision(change.version(), change.previous());
    }

    /**
     * Whether whoever made this revision knew of the other, lower one, or of something that had already beaten it. If not, the two
     * are concurrent.
     *
     * <p>Writes of one region to one item follow one another, so a higher version of the same region knew of the lower. Where nothing is
     * known the two count as concurrent: a report too many rather than a loss that nobody hears of.
     */
    public boolean knew(Revision lower) {
        return version.region() == lower.version.region() || (known != null && !lower.version.isAbove(known));
    }
}
