package io.nearside.replicator.capture;

import org.jspecify.annotations.Nullable;

/** Brings a record of a table's stream to its end; how, depends on what the table does with concurrent writes. */
public interface Settling {

    /** Settles one record; it is done once the changes that it came to are published. */
    Settled handle(CapturedRecord record);

    /** Two records of one item, the one right after the other, as one that may be handled in their place; null if there is none. */
    default @Nullable CapturedRecord together(CapturedRecord first, CapturedRecord next) {
        return null;
    }
}
