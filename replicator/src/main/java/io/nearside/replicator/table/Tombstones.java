package io.nearside.replicator.table;

import io.nearside.item.Bytes;
import io.nearside.item.ItemKey;
import io.nearside.version.Version;
import org.jspecify.annotations.Nullable;

/**
 * The region's memory of deleted items: per table and key the highest version at which the item was deleted.
 *
 * <p>A tombstone outlives every record that could bring an older item back (Kafka's retention plus the stream's, plus a margin),
 * then it expires by itself. Written only from stream records and applied deletes. Each method is one atomic, strongly consistent
 * step; blocking, safe from any thread; failures as in {@link VersionedTable}.
 */
public interface Tombstones {

    /** The key's tombstone; null if there is none. */
    @Nullable Version read(String table, ItemKey key);

    /**
     * Sets the tombstone if it is still as read.
     *
     * @param expected what {@link #read} said; null: there must be none
     * @param removed the version attribute of the item whose removal this is, kept for {@link #removed}; null if it had none
     * @return false if it no longer is
     */
    boolean replace(String table, ItemKey key, @Nullable Version expected, Version fresh, @Nullable Bytes removed);

    /**
     * The version attribute of the item that an application removed last; null if that is not known. An item that bears it was put back
     * by an application, whatever has become of the tombstone since.
     */
    @Nullable Bytes removed(String table, ItemKey key);

    /** Sets the tombstone if there is none or a lower one; false if it already stands at this version or above. */
    boolean raise(String table, ItemKey key, Version version);
}
