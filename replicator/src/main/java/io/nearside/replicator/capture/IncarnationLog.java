package io.nearside.replicator.capture;

import io.nearside.change.Change;
import io.nearside.change.Invalidation;
import java.util.concurrent.CompletionStage;
import java.util.function.ToIntFunction;

/** A change log whose changes say of which incarnation of their table they are. */
public final class IncarnationLog implements ChangeLog {

    private final ChangeLog log;
    private final ToIntFunction<String> incarnation;

    /** @param incarnation the number of a table of this name; its exceptions are the writer's */
    public IncarnationLog(ChangeLog log, ToIntFunction<String> incarnation) {
        this.log = log;
        this.incarnation = incarnation;
    }

    @Override
    public CompletionStage<Void> publish(Change change) {
        return log.publish(change.inIncarnation(incarnation.applyAsInt(change.table())));
    }

    @Override
    public CompletionStage<Void> invalidate(Invalidation invalidation) {
        return log.invalidate(invalidation);
    }
}
