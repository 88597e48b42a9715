package io.nearside.change;

import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What a heartbeat of a replicator looks like in partition {@value #PARTITION} of its region's {@linkplain Topics#control control
 * topic}: the record's key names the process, its value begins with {@value #ALIVE}, or is {@value #LAST} when the process stops in
 * order. What follows {@value #ALIVE} is for replicators.
 */
public final class Heartbeat {

    /** The partition that carries them. */
    public static final int PARTITION = 0;

    /** How the value of a heartbeat begins. */
    public static final String ALIVE = "alive";

    /** The value of the record by which a process says that there will be no more of its. */
    public static final String LAST = "last";

    /** A process that captures its region's tables gives one at least so often, a busy machine allowed for. */
    public static final Duration LONGEST_INTERVAL = Duration.ofSeconds(5);

    private static final byte[] PREFIX = ALIVE.getBytes(UTF_8);

    private Heartbeat() {}

    /** Whether a record's value says that its process is at work. */
    public static boolean isAlive(byte @Nullable [] value) {
        return value != null
                && value.length >= PREFIX.length
                && Arrays.equals(value, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
    }
}
