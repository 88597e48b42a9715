package io.nearside.replicator.capture;

import io.nearside.change.Change;
import org.jspecify.annotations.Nullable;

/** A settling whose changes are published before anything else happens, as if the log never refused. */
public record PublishedAtOnce(Settling settling, ChangeLog log) implements Settling {

    @Override
    public Settled handle(CapturedRecord record) {
        Settled settled = settling.handle(record);
        for (Change change : settled.changes()) {
            var unused = log.publish(change);
        }
        return settled;
    }

    @Override
    public @Nullable CapturedRecord together(CapturedRecord first, CapturedRecord next) {
        return settling.together(first, next);
    }
}
