package io.nearside.replicator.capture;

/**
 * Records of a stream were lost before they were captured, or may have been: the table must be compared and settled as a whole.
 *
 * @param detail one sentence for an operator
 */
public record Gap(Reason reason, String table, String streamArn, String detail) {

    /** How a gap shows. */
    public enum Reason {
        /** Records after a checkpoint are older than the stream keeps. */
        TRIMMED("trimmed"),
        /** A shard that was not read to its end is no longer listed. */
        SHARD_VANISHED("shard-vanished"),
        /** A shard's parent is neither listed nor known to have been read. */
        LINEAGE_BROKEN("lineage-broken"),
        /** The table has another stream than before: it was switched off and on, or the table was made anew. */
        NEW_STREAM("new-stream"),
        /** The topic of the table's changes is another one than before: what it held is gone before all regions may have read it. */
        LOG_LOST("log-lost");

        private final String label;

        Reason(String label) {
            this.label = label;
        }

        /** The reason as a metric tag. */
        public String label() {
            return label;
        }
    }
}
