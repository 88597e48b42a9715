package io.nearside.load.peer;

import io.nearside.load.workload.Workload;
import java.util.List;

/** A server that answers the same question as the others: started, ready and on loopback until closed. */
public interface Target extends AutoCloseable {
    /** A short name for tables and plots. */
    String name();

    int port();

    /** The processes whose CPU time is this target's. */
    List<Long> pids();

    /** Whether it speaks TLS. */
    default boolean tls() {
        return false;
    }

    /** What to send it for a read of one item. */
    default Workload read() {
        return Workload.HIT;
    }

    @Override
    void close();
}
