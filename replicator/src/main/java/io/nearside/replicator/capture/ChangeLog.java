package io.nearside.replicator.capture;

import io.nearside.change.Change;
import io.nearside.change.Invalidation;
import java.util.concurrent.CompletionStage;

/**
 * Where the region's changes and invalidations are written for everybody else to read.
 *
 * <p>A stage completes normally once what was written cannot be lost any more, exceptionally with a {@link PublishException} if it
 * was not written or nobody knows; writing it again is harmless. Safe from any thread. The calls may block for a bounded time while
 * buffers are full, and never throw.
 */
public interface ChangeLog {

    /** Writes one committed change. */
    CompletionStage<Void> publish(Change change);

    /** Tells the region's caches to forget an item or a table. */
    CompletionStage<Void> invalidate(Invalidation invalidation);
}
