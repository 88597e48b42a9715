package io.nearside.replicator.table;

import io.nearside.item.Item;
import io.nearside.version.Version;
import org.jspecify.annotations.Nullable;

/** What became of {@link VersionedTable#putIfNewer}. */
public sealed interface PutOutcome {

    /** There was no item; now there is. */
    record Inserted() implements PutOutcome {}

    /** An older item was replaced; {@code old} is it without its version attribute. */
    record Replaced(Version oldVersion, Item old) implements PutOutcome {}

    /** Nothing was written: the item there is unstamped (null), or its version is equal or higher. */
    record Refused(@Nullable Version existing, Item item) implements PutOutcome {}
}
