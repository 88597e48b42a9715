package io.nearside.replicator.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** A bar on one line of a terminal, drawn again and again, and wiped away at the end. Not thread-safe. */
final class ProgressBar implements Progress {

    private static final int CELLS = 30;
    private static final String LINE_START = "\r\u001b[K";

    private final PrintWriter terminal;
    private String shown = "";

    ProgressBar(PrintWriter terminal) {
        this.terminal = terminal;
    }

    @Override
    public void show(String what, long done, long total) {
        String line = line(what, done, total);
        if (!line.equals(shown)) {
            shown = line;
            terminal.print(LINE_START + line);
            terminal.flush();
        }
    }

    private static String line(String what, long done, long total) {
        if (total <= 0) {
            return done <= 0 ? what : String.format(Locale.ROOT, "%s  %,d", what, done);
        }
        // The total is what DynamoDB last counted; there may be more by now.
        long known = Math.max(total, done);
        int filled = (int) (CELLS * Math.min(done, known) / known);
        return String.format(
                Locale.ROOT,
                "[%s%s] %3d %%  %s  %,d of about %,d",
                "#".repeat(filled),
                "-".repeat(CELLS - filled),
                100 * done / known,
                what,
                done,
                known);
    }

    @Override
    public void close() {
        if (!shown.isEmpty()) {
            shown = "";
            terminal.print(LINE_START);
            terminal.flush();
        }
    }
}
