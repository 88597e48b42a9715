package io.nearside.load.generator;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * When requests are due and who sends them. Lives on the one event loop of the generator.
 *
 * <p>A closed loop sends on a connection whenever it is idle. An open loop makes a request due every 1/rate seconds, no
 * matter how the server fares; a due request that finds no idle connection waits, and its latency counts from when it was
 * due. The wait list is bounded: a server that is that far behind has failed the rate, and further arrivals are errors.
 */
final class Pace {
    private static final int LONGEST_WAIT_LIST = 1 << 20;

    private final double nanosPerRequest;
    private final Tally tally;
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private final ArrayDeque<Long> waiting = new ArrayDeque<>();
    private long startedAt;
    private long made;

    Pace(RunPlan plan, Tally tally) {
        nanosPerRequest = plan.openLoop() ? 1e9 / plan.ratePerSecond() : 0;
        this.tally = tally;
    }

    /** Begins anew: what was due before and still waits is forgotten, as nobody is to be charged for a warm-up. */
    void start(long now) {
        startedAt = now;
        made = 0;
        waiting.clear();
    }

    private boolean closedLoop() {
        return nanosPerRequest == 0;
    }

    /** {@code connection} can take a request. */
    void ready(Connection connection, long now) {
        if (closedLoop()) {
            connection.send(now);
            return;
        }
        Long due = waiting.poll();
        if (due != null) {
            connection.send(due);
        } else {
            idle.push(connection);
        }
    }

    void lost(Connection connection) {
        idle.remove(connection);
    }

    /** Counts what still waits, so that a server which answers nothing more is charged for it. */
    void end(long now) {
        waiting.forEach(due -> tally.unanswered(now - due));
    }

    /** Makes due what is due by {@code now}. */
    void tick(long now) {
        if (closedLoop()) {
            return;
        }
        while (startedAt + (long) (made * nanosPerRequest) <= now) {
            long due = startedAt + (long) (made * nanosPerRequest);
            made++;
            @Nullable Connection connection = idle.poll();
            if (connection != null) {
                connection.send(due);
            } else if (waiting.size() < LONGEST_WAIT_LIST) {
                waiting.add(due);
            } else {
                tally.error();
            }
        }
    }
}
