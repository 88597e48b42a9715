package io.nearside.replicator.cli;

import java.net.URI;
import java.util.List;
import picocli.CommandLine.Option;

/** What is compared with what, and how gently. */
final class ComparisonOptions {

    @Option(names = "--table", required = true, paramLabel = "TABLE", description = "The table.")
    private String table = "";

    @Option(
            names = "--with",
            required = true,
            paramLabel = "URL",
            description = "Admin port of another region's replicator; as often as there are regions.")
    private List<URI> with = List.of();

    @Option(
            names = "--rows-per-second",
            defaultValue = "2000",
            paramLabel = "N",
            description = "The most items read per second and region; ${DEFAULT-VALUE}.")
    private int rowsPerSecond = 1;

    @Option(
            names = "--pause",
            defaultValue = "5",
            paramLabel = "SECONDS",
            description = "Before the second look, longer than the lag; ${DEFAULT-VALUE}.")
    private int pauseSeconds = 1;

    String table() {
        return table;
    }

    List<URI> with() {
        return with;
    }

    int rowsPerSecond() {
        return rowsPerSecond;
    }

    int pauseSeconds() {
        return pauseSeconds;
    }
}
