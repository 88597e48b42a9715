package io.nearside.proxy.coherence;

/** Whether replicators of the region tell its caches of writes around the proxies. */
public enum ChangeFeed {
    /** No replicator has been heard of, or heartbeats are not followed: such writes are seen when an entry's time is over. */
    UNKNOWN("unknown"),
    /** A replicator gave a heartbeat a moment ago. */
    ALIVE("alive"),
    /** Replicators were at work in the region, and none has given a heartbeat for a while. */
    SILENT("silent");

    private final String label;

    ChangeFeed(String label) {
        this.label = label;
    }

    /** The state as documents show it. */
    public String label() {
        return label;
    }
}
