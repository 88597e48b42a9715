package io.nearside.conflict;

import io.nearside.change.Change;
import io.nearside.conflict.Decision.Apply;
import io.nearside.conflict.Decision.Cause;
import io.nearside.conflict.Decision.Conflict;
import io.nearside.conflict.Decision.Outcome;
import io.nearside.conflict.Decision.Superseded;
import org.jspecify.annotations.Nullable;

/**
 * The higher version stands, whole items at a time; what every table does unless told otherwise.
 *
 * <p>It needs nothing but the versions, so a single condition of DynamoDB ({@code #v < :v}) decides it atomically with the write, and
 * skipping versions in between changes nothing. See adr/0003-last-writer-wins-on-whole-items.md.
 */
public final class LastWriterWins implements Resolver {
    @Override
    public Decision resolve(@Nullable Revision held, Change change) {
        if (held == null) {
            return new Apply();
        }
        Revision arrived = Revision.of(change);
        int order = arrived.version().compareTo(held.version());
        if (order == 0) {
            return new Superseded(Cause.DUPLICATE);
        }
        return order > 0 ? higher(held, arrived) : lower(held, arrived);
    }

    private static Decision higher(Revision held, Revision arrived) {
        return arrived.knew(held) ? new Apply() : new Conflict(Outcome.TAKE_CHANGE, arrived.version(), held.version());
    }

    private static Decision lower(Revision held, Revision arrived) {
        return held.knew(arrived)
                ? new Superseded(Cause.ANCESTOR)
                : new Conflict(Outcome.KEEP_HELD, held.version(), arrived.version());
    }
}
