package io.nearside.replicator.cli;

/** What the commands' exit codes mean; the same for all of them. */
final class Exit {

    /** Done, and all is well. */
    static final int DONE = 0;

    /** The replicator cannot be reached, or refused. */
    static final int REFUSED = 1;

    /** Done, and something needs attention. */
    static final int ATTENTION = 3;

    static final String HEADING = "%nExit codes:%n";
    static final String ON_DONE = "0:done, and all is well";
    static final String ON_REFUSED = "1:the replicator cannot be reached or refused";
    static final String ON_USAGE = "2:wrong command line";

    private Exit() {}
}
