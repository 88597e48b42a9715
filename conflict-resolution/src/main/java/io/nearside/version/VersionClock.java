package io.nearside.version;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The hybrid logical clock of one process: makes versions that are above everything it made, saw, or was told to be above.
 *
 * <p>While wall clocks are right, versions tell the time; where a wall clock lags, the logical part takes over, so that a write made
 * after seeing another always gets the higher version. After Kulkarni et al., "Logical Physical Clocks", 2014.
 *
 * <p>A version further ahead of the wall clock than {@code maxDrift} is never observed, so that one broken clock cannot drag every
 * other along. If a floor lies that far ahead (an item already carries such a version), the version made is above it all the
 * same, and later versions with ordinary floors are back at the wall clock. A wall clock that steps back does not make this clock step
 * back: should it have led by more than others believe, restart the process.
 *
 * <p>No version is given out twice by {@link #next}. Thread-safe.
 */
public final class VersionClock {
    private final InstantSource wall;
    private final int region;
    private final int writer;
    private final long maxDriftMillis;

    /** The highest clock value made or observed, except those made above a floor beyond the drift bound. */
    private long last;

    /**
     * The highest clock value made above a floor beyond the drift bound, until {@link #last} has passed it. These values are odd, and
     * meanwhile the ordinary ones are even: so the ordinary ones, as they come nearer, never repeat one.
     */
    private long lastAhead;

    /**
     * @param wall the wall clock
     * @param region the region's id, 0 to 65535
     * @param writer this process's id, 0 to 65535, drawn anew at each start
     * @param maxDrift how far ahead of the wall clock another's version may be and still be believed
     */
    public VersionClock(InstantSource wall, int region, int writer, Duration maxDrift) {
        this.wall = Objects.requireNonNull(wall, "wall");
        Version.checkId("region", region);
        Version.checkId("writer", writer);
        if (maxDrift.isNegative()) {
            throw new IllegalArgumentException("maxDrift must not be negative: " + maxDrift);
        }
        this.region = region;
        this.writer = writer;
        this.maxDriftMillis = maxDrift.toMillis();
    }

    /** The region whose versions this clock makes. */
    public int region() {
        return region;
    }

    /** The process whose versions this clock makes. */
    public int writer() {
        return writer;
    }

    /**
     * A new version, above every version this clock made or observed (within the drift bound), above the floor, and not below the
     * wall clock.
     *
     * @throws IllegalStateException if the floor is the highest version there can be
     */
    public synchronized Version next(@Nullable Version floor) {
        long clock = max(last + 1, wall.millis() << Version.COUNTER_BITS);
        if (floor != null && Long.compareUnsigned(floor.clock(), clock) >= 0) {
            if (!isBelievable(floor)) {
                return nextAhead(floor);
            }
            clock = after(floor);
        }
        if (lastAhead != 0) {
            clock += clock & 1;
        }
        advance(clock);
        return new Version(clock, region, writer);
    }

    private Version nextAhead(Version floor) {
        lastAhead = max(after(floor), lastAhead + 1) | 1;
        return new Version(lastAhead, region, writer);
    }

    private void advance(long clock) {
        last = max(last, clock);
        if (Long.compareUnsigned(last, lastAhead) > 0) {
            lastAhead = 0;
        }
    }

    /**
     * The lowest version of this process above another. A deletion by DynamoDB's time to live gets it, whatever the time: an
     * extension made elsewhere, at any moment after the version that expired, then survives.
     */
    public synchronized Version tickAfter(Version version) {
        Version tick = new Version(after(version), region, writer);
        observe(tick);
        return tick;
    }

    /**
     * Takes note of another's version: what this clock makes from now on is above it.
     *
     * @return false if it is further ahead than the drift bound allows; then it was not taken note of
     */
    public synchronized boolean observe(Version version) {
        boolean believable = isBelievable(version);
        if (believable) {
            advance(version.clock());
        }
        return believable;
    }

    /** Whether a version is no further ahead of the wall clock than the drift bound allows. */
    public boolean isBelievable(Version version) {
        return version.millis() <= wall.millis() + maxDriftMillis;
    }

    private static long after(Version version) {
        if (version.clock() == -1L) {
            throw new IllegalStateException("there is no version above " + version);
        }
        return version.clock() + 1;
    }

    private static long max(long a, long b) {
        return Long.compareUnsigned(a, b) >= 0 ? a : b;
    }
}
