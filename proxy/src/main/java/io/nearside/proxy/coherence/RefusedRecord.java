package io.nearside.proxy.coherence;

/** Why a record of the bus was not acted upon as it stands. */
public enum RefusedRecord {
    /** Not an invalidation, or one of a later version: it may have been about anything, so everything cached was forgotten. */
    UNREADABLE("unreadable"),
    /** Of another region, or of what cannot be a table: it concerns nothing that is cached here. */
    FOREIGN("foreign"),
    /** Acting upon it failed, which is a defect; everything cached was forgotten. */
    FAILED("failed");

    private final String label;

    RefusedRecord(String label) {
        this.label = label;
    }

    /** The reason as metrics show it. */
    public String label() {
        return label;
    }
}
