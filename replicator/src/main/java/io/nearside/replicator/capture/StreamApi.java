package io.nearside.replicator.capture;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The few calls that tailing a stream takes. Blocking, thread-safe; failures leave as {@link StreamException}. */
interface StreamApi {

    /** Every shard that the stream lists now. */
    List<ShardPlan.Listed> shards(String streamArn);

    /**
     * An iterator into a shard.
     *
     * @param after the record after which to read; null for the shard's beginning
     */
    String iterator(String streamArn, String shard, @Nullable SequenceNumber after);

    /** Reads the next records; an empty page says nothing about whether there are more. */
    Page read(String iterator);

    /**
     * Some records in stream order.
     *
     * @param next where to go on; null if the shard is closed and this was its end
     */
    record Page(
            List<software.amazon.awssdk.services.dynamodb.model.Record> records,
            @Nullable String next) {}
}
