package io.nearside.local.host;

import java.io.PrintStream;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells the parent which tables were written, so that it need not poll for changes where there are none.
 *
 * <p>One line per region at a time, {@code written REGION-INDEX TABLE...}, or {@code written REGION-INDEX *} if the tables are not known;
 * {@code tables REGION-INDEX} once tables were made, changed or deleted. Hints that come faster than the parent reads are put
 * together. Never blocks who gives a hint; one thread, a daemon.
 */
final class WriteHints {
    private static final String ALL = "*";
    private static final int MAX_TABLES = 200;

    private final PrintStream parent;
    private final int region;
    private Set<String> written = new HashSet<>();
    private boolean tablesChanged;

    private WriteHints(int region, PrintStream parent) {
        this.region = region;
        this.parent = parent;
    }

    static WriteHints start(int region, PrintStream parent) {
        var hints = new WriteHints(region, parent);
        var thread = new Thread(hints::run, "write-hints");
        thread.setDaemon(true);
        thread.start();
        return hints;
    }

    /** These tables were written, or, if there are none, any may have been. */
    synchronized void written(Set<String> tables) {
        if (tables.isEmpty() || written.size() + tables.size() > MAX_TABLES) {
            written.clear();
            written.add(ALL);
        } else if (!written.contains(ALL)) {
            written.addAll(tables);
        }
        notifyAll();
    }

    synchronized void tablesChanged() {
        tablesChanged = true;
        notifyAll();
    }

    private void run() {
        try {
            while (true) {
                String lines = next();
                // The lines of two regions must not mix.
                synchronized (parent) {
                    parent.print(lines);
                    parent.flush();
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized String next() throws InterruptedException {
        while (written.isEmpty() && !tablesChanged) {
            wait();
        }
        var lines = new StringBuilder();
        if (tablesChanged) {
            lines.append("tables ").append(region).append('\n');
        }
        if (!written.isEmpty()) {
            lines.append("written ").append(region);
            written.forEach(table -> lines.append(' ').append(table));
            lines.append('\n');
        }
        written = new HashSet<>();
        tablesChanged = false;
        return lines.toString();
    }
}
