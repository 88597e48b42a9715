package io.nearside.conflict;

import io.nearside.change.Change;
import io.nearside.conflict.Decision.Park;
import io.nearside.conflict.Decision.Reason;
import io.nearside.version.VersionClock;
import org.jspecify.annotations.Nullable;

/**
 * Parks changes whose version is further ahead than the clock believes, and leaves all others to another resolver: one broken wall
 * clock somewhere must not win every conflict until the others have caught up with it.
 */
public record WithinDrift(VersionClock clock, Resolver next) implements Resolver {
    @Override
    public Decision resolve(@Nullable Revision held, Change change) {
        return clock.isBelievable(change.version()) ? next.resolve(held, change) : new Park(Reason.CLOCK_AHEAD);
    }
}
