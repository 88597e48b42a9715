package io.nearside.replicator.table;

import org.jspecify.annotations.Nullable;

/** A step on a table that the store did not take as asked; typed by what a caller can do about it. */
public abstract sealed class StoreException extends RuntimeException
        permits RetriableStoreException, FatalStoreException {

    StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
