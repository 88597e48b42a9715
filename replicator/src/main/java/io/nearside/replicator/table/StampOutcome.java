package io.nearside.replicator.table;

import org.jspecify.annotations.Nullable;

/** What became of {@link VersionedTable#stampOrSee}. */
public sealed interface StampOutcome {

    /** The item has its new version. */
    record Stamped() implements StampOutcome {}

    /**
     * Nothing was written.
     *
     * @param item what is there instead, as the condition saw it; null if there is nothing, or the table does not tell
     */
    record Refused(@Nullable StoredItem item) implements StampOutcome {}
}
