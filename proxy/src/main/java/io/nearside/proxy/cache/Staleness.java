package io.nearside.proxy.cache;

/**
 * What becomes of entries about the end of their time. All of it is off unless an operator asks for it. Absences are never
 * served past their time, and what was written or invalidated is gone at once, whatever stands here.
 *
 * @param refreshAheadNanos an entry that is read so long before its end is renewed in the background; 0 for never
 * @param whileRevalidateNanos how long past its end an entry is served while it is renewed in the background; 0 for never
 * @param ifErrorNanos how long past its end an entry is served when DynamoDB cannot be asked; 0 for never
 */
public record Staleness(long refreshAheadNanos, long whileRevalidateNanos, long ifErrorNanos) {

    /** An entry is served until its end, and asked for again after it. */
    public static final Staleness NONE = new Staleness(0, 0, 0);

    public Staleness {
        if (refreshAheadNanos < 0 || whileRevalidateNanos < 0 || ifErrorNanos < 0) {
            throw new IllegalArgumentException("a time is negative");
        }
    }

    /** For how long an entry is of use past its end. */
    long graceNanos() {
        return Math.max(whileRevalidateNanos, ifErrorNanos);
    }
}
