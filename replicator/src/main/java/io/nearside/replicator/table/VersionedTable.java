package io.nearside.replicator.table;

import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeySchema;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import org.jspecify.annotations.Nullable;

/**
 * One table whose items carry versions, seen through the few steps that replication takes.
 *
 * <p>Every method is one atomic, strongly consistent step on one item; a crash between two of them is a state that the protocol
 * survives. All of them block and may be called from any thread. No step is taken twice by one call unless taking it twice is
 * the same as taking it once; an applier's write, which bears an id, is sent once and never repeated with that id.
 *
 * <p>Failures of the environment leave as {@link RetriableStoreException}; a request that this item can never satisfy leaves as
 * {@link FatalStoreException}. After a retriable failure the step may or may not have happened.
 */
public interface VersionedTable {

    /** The table's name in this region. */
    String name();

    /** The table's primary key. */
    KeySchema keySchema();

    /** Reads the item, strongly consistent; null if there is none. */
    @Nullable StoredItem read(ItemKey key);

    /**
     * Gives the item a version and changes nothing else.
     *
     * @param expected the stamp that must still be on the item; null: the item must still be unstamped
     * @return false if there is no such item or its version is no longer as expected
     */
    default boolean stamp(ItemKey key, @Nullable Stamp expected, Version fresh) {
        return stampOrSee(key, expected, fresh) instanceof StampOutcome.Stamped;
    }

    /** Like {@link #stamp}, and tells what was there if it was not as expected. */
    StampOutcome stampOrSee(ItemKey key, @Nullable Stamp expected, Version fresh);

    /** Writes the whole item, as an applier, if there is none or the one there has a lower version; each write bears an id of its own. */
    PutOutcome putIfNewer(ItemKey key, Item image, Version version);

    /** Deletes the item if it has a version below the given one; an unstamped item refuses. */
    DeleteOutcome deleteIfOlder(ItemKey key, Version version);

    /** Deletes the item if it has exactly this stamp; false if it does not, or is not there. */
    boolean deleteExactly(ItemKey key, Stamp stamp);

    /** The same table as one whose attributes are merged; null, as a rule, where the last writer of an item wins. */
    default @Nullable MergingTable merging() {
        return null;
    }
}
