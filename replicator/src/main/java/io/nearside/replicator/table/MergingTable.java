package io.nearside.replicator.table;

import io.nearside.conflict.AttributeVersions;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One table whose attributes are merged, seen through the few steps that replication takes. As {@link VersionedTable}, but each write
 * is on condition that the version attribute still is as it was read: an update by an application that leaves it as it is does not
 * stand in the way, and is not undone where it touched other attributes.
 */
public interface MergingTable {

    /** The table's name in this region. */
    String name();

    /** Reads the item, strongly consistent; null if there is none. */
    @Nullable StoredItem read(ItemKey key);

    /** Marks the item and changes nothing else; false if there is none or it is not marked as it was. */
    boolean stamp(ItemKey key, StoredItem read, AttributeVersions fresh);

    /** Sets and removes some attributes as an applier, and marks the item; false if there is none or it is not marked as it was. */
    boolean update(ItemKey key, StoredItem read, Item set, Set<String> removed, AttributeVersions fresh);

    /**
     * Writes the whole item as an applier.
     *
     * @param read what is replaced; null: there must be nothing
     * @param kept attributes that the image has as they were read, and that must still be so
     * @return false if it is not marked as it was, or one of the kept attributes has changed
     */
    boolean replace(ItemKey key, @Nullable StoredItem read, Item image, Set<String> kept, AttributeVersions fresh);

    /** Deletes the item; false if there is none or it is not marked as it was. */
    boolean delete(ItemKey key, StoredItem read);
}
