package io.nearside.replicator.table;

import io.nearside.item.Item;
import io.nearside.version.Version;
import org.jspecify.annotations.Nullable;

/** What became of {@link VersionedTable#deleteIfOlder}. */
public sealed interface DeleteOutcome {

    /** An older item was deleted; {@code old} is it without its version attribute. */
    record Deleted(Version oldVersion, Item old) implements DeleteOutcome {}

    /** There was no item. */
    record Absent() implements DeleteOutcome {}

    /** Nothing was deleted: the item there is unstamped (null), or its version is equal or higher. */
    record Refused(@Nullable Version existing) implements DeleteOutcome {}
}
