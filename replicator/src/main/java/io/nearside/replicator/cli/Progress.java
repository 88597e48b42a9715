package io.nearside.replicator.cli;

/** Tells somebody who waits how far long work is. */
interface Progress extends AutoCloseable {

    /** Tells nobody. */
    Progress NONE = new Progress() {
        @Override
        public void show(String what, long done, long total) {}

        @Override
        public void close() {}
    };

    /**
     * Work goes on.
     *
     * @param what what is being done, a few words
     * @param done how much of it
     * @param total how much there is, about; 0 if nobody knows
     */
    void show(String what, long done, long total);

    /** Something is done whose extent says nothing. */
    default void show(String what) {
        show(what, 0, 0);
    }

    /** The work is over, and what was shown may go. */
    @Override
    void close();
}
