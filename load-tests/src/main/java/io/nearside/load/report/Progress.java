package io.nearside.load.report;

import java.io.PrintStream;

/** What is going on, on standard error: one line that is rewritten on a terminal, plain lines elsewhere. The launcher knows which. */
public final class Progress {
    private final PrintStream out;
    private final boolean terminal;

    public Progress() {
        out = System.err;
        terminal = Boolean.getBoolean("nearside.terminal");
    }

    public void step(String what) {
        if (terminal) {
            out.print("\r\033[K" + what);
            out.flush();
        } else {
            out.println(what);
        }
    }

    /** A step that goes on for a while: only a terminal shows how far it is. */
    public void count(String what, int done, int of) {
        if (terminal) {
            step(what + ": " + done + " of " + of);
        } else if (done == of) {
            step(what + ": " + of);
        }
    }

    /** Ends a rewritten line. */
    public void done() {
        if (terminal) {
            out.print("\r\033[K");
            out.flush();
        }
    }
}
