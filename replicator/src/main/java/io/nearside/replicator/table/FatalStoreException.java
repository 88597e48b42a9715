package io.nearside.replicator.table;

import org.jspecify.annotations.Nullable;

/**
 * The store understood the step and will never take it: the item is over 400 KB with its version, its key does not fit the
 * table's schema, an index key has the wrong type. Retrying is pointless; nothing was written.
 */
public final class FatalStoreException extends StoreException {

    public FatalStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
