package io.nearside.proxy.operation;

/** How an answer came about, as the {@code x-nearside-cache} header and the metrics say it. */
public enum CacheOutcome {
    /** Served from memory. */
    HIT("hit"),
    /** Cacheable, was not there; DynamoDB's answer. */
    MISS("miss"),
    /** Shared the upstream call of a concurrent miss for the same key. */
    COALESCED("coalesced"),
    /** Went to DynamoDB although an entry may have existed, and renewed it. */
    REFRESH("refresh"),
    /** Served from memory past its time, as the table's policy allows. */
    STALE("stale"),
    /** The cache had no say: writes, strong reads, uncacheable operations, errors. */
    BYPASS("bypass");

    private final String label;

    CacheOutcome(String label) {
        this.label = label;
    }

    /** The word in headers and metric tags. */
    public String label() {
        return label;
    }

    /** Whether the answer's bytes came from memory, so that it has an age. */
    public boolean fromMemory() {
        return this == HIT || this == STALE;
    }
}
