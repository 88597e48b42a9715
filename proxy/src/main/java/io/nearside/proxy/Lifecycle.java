package io.nearside.proxy;

import java.util.EnumSet;
import java.util.Set;

/** The states of a {@link ProxyServer}: new, starting, running, stopping, stopped, in this order and never back. */
enum Lifecycle {
    NEW,
    STARTING,
    RUNNING,
    STOPPING,
    STOPPED;

    /** Whether this state may be followed by another; a start that fails goes straight to stopping. */
    boolean mayBecome(Lifecycle next) {
        return successors().contains(next);
    }

    private Set<Lifecycle> successors() {
        return switch (this) {
            case NEW -> EnumSet.of(STARTING);
            case STARTING -> EnumSet.of(RUNNING, STOPPING);
            case RUNNING -> EnumSet.of(STOPPING);
            case STOPPING -> EnumSet.of(STOPPED);
            case STOPPED -> EnumSet.noneOf(Lifecycle.class);
        };
    }
}
