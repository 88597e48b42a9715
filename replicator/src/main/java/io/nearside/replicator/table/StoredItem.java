package io.nearside.replicator.table;

import io.nearside.conflict.AttributeVersions;
import io.nearside.item.Bytes;
import io.nearside.item.Item;
import io.nearside.version.Version;
import org.jspecify.annotations.Nullable;

/**
 * An item as it stands in a table.
 *
 * @param item the item without its version attribute
 * @param version the version on the item; null while the item is unstamped, that is: the attribute is missing or is not 12 bytes
 * @param mark the attribute's bytes, if it is Binary and not 12 bytes: what merging tables keep there, or an application's scribble
 */
public record StoredItem(
        Item item, @Nullable Version version, @Nullable Bytes mark) {

    /** An item that has a version and nothing more, or is unstamped. */
    public StoredItem(Item item, @Nullable Version version) {
        this(item, version, null);
    }

    /** An item of a table that merges attributes. */
    public static StoredItem merging(Item item, AttributeVersions versions) {
        return versions.notes().isEmpty()
                ? new StoredItem(item, versions.base())
                : new StoredItem(item, null, Bytes.wrap(versions.toBytes()));
    }

    /** What a table that merges attributes knows of where they come from; null while the item is unstamped. */
    public @Nullable AttributeVersions versions() {
        if (version != null) {
            return AttributeVersions.whole(version);
        }
        return mark == null ? null : AttributeVersions.ofBytes(mark.toByteArray());
    }
}
