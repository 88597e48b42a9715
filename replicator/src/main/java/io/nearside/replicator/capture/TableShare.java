package io.nearside.replicator.capture;

/** Which tables this process captures; other processes of the region capture the rest. Thread-safe. */
public interface TableShare {

    /** Everything: there is only one process. */
    TableShare ALL = new TableShare() {
        @Override
        public boolean owns(String table) {
            return true;
        }

        @Override
        public void subscribe(Runnable changed) {
            changed.run();
        }
    };

    /** Whether the table is this process's to capture, as of now. */
    boolean owns(String table);

    /** Calls the listener after every change of ownership, and at least once; it must not block for long. */
    void subscribe(Runnable changed);
}
