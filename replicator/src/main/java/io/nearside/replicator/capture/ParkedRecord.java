package io.nearside.replicator.capture;

import io.nearside.change.StreamPosition;
import io.nearside.item.ItemKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A record that can never be settled or published, put aside so that it blocks nobody.
 *
 * @param key the item's key; null if it could not be read
 * @param position where the record stands in the stream; null for a row of a scan
 * @param why one sentence for an operator, without contents of the item
 */
public record ParkedRecord(
        String table, @Nullable ItemKey key, @Nullable StreamPosition position, String why, Instant parked) {}
