package io.nearside.replicator.liveness;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a frontier stands still although there is something in front of it.
 *
 * <p>How old that something is does not matter: whoever catches up after an outage is late, and alive. Nor does a frontier stand still
 * that has nothing before it. Knows no more than it is shown, so it has to be shown where the frontier is every few seconds. Thread-safe.
 */
public final class Standstill {

    private @Nullable Object position;
    private long sinceMillis = -1;

    /**
     * Looks.
     *
     * @param now where the frontier is; equal positions are one
     * @param owes whether anything is known to be in front of it
     * @param nowMillis the time
     * @return for how long it has stood still, in milliseconds
     */
    public synchronized long look(@Nullable Object now, boolean owes, long nowMillis) {
        if (!owes) {
            sinceMillis = -1;
        } else if (sinceMillis < 0 || !Objects.equals(now, position)) {
            sinceMillis = nowMillis;
        }
        position = now;
        return sinceMillis < 0 ? 0 : Math.max(0, nowMillis - sinceMillis);
    }
}
