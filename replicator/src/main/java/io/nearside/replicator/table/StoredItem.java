package io.nearside.replicator.table;

import io.nearside.item.Item;
import io.nearside.version.Version;
import org.jspecify.annotations.Nullable;

/**
 * An item as it stands in a table.
 *
 * @param item the item without its version attribute
 * @param version the version on the item; null while the item is unstamped, that is: the attribute is missing or is not 12 bytes
 */
public record StoredItem(Item item, @Nullable Version version) {}
