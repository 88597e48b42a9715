package io.nearside.replicator.capture;

import io.nearside.item.ItemKey;
import io.nearside.version.Version;
import java.util.function.BiConsumer;

/** What the region's own change log says is in its tables. Thread-safe. */
public interface LoggedItems {

    /**
     * Names every item of one incarnation of a table whose newest change in the log is not a deletion, with the version of that change.
     * Reads the whole log of the table as it is now; blocks for as long as that takes.
     *
     * @throws PublishException retriable if the log cannot be read for now
     */
    void forEach(String table, int incarnation, BiConsumer<ItemKey, Version> item);
}
