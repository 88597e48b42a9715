package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code rebuild}: a table as it was. */
@Command(
        name = "rebuild",
        mixinStandardHelpOptions = true,
        description =
                "Writes a table as it was at a moment, out of the change logs, into a new table of this region. What the logs no longer tell is left out, counted and listed.",
        exitCodeListHeading = Exit.HEADING,
        exitCodeList = {
            Exit.ON_DONE,
            Exit.ON_REFUSED,
            Exit.ON_USAGE,
            "3:done, but some items are not known as they were"
        })
final class RebuildCommand implements Callable<Integer> {

    @ParentCommand
    private ReplicationCommand replication = new ReplicationCommand();

    @Option(names = "--table", required = true, paramLabel = "TABLE", description = "The table as it is now.")
    private String table = "";

    @Option(
            names = "--as-of",
            required = true,
            paramLabel = "TIME",
            description = "The moment, as in 2026-01-31T12:00:00Z, within the retention of the change logs.")
    private Instant asOf = Instant.EPOCH;

    @Option(
            names = "--into",
            required = true,
            paramLabel = "NEWTABLE",
            description = "The table to write; created like the other if it is not there, refused unless it is empty.")
    private String into = "";

    @Option(names = "--dry-run", description = "Write nothing; say what would be.")
    private boolean dryRun;

    @Option(
            names = "--rows-per-second",
            defaultValue = "1000",
            paramLabel = "N",
            description = "The most items read per second; ${DEFAULT-VALUE}.")
    private int rowsPerSecond = 1;

    @Override
    public Integer call() {
        return replication.ask(client -> {
            String path = "/api/rebuild?table=" + ReplicationCommand.encoded(table)
                    + "&as-of=" + ReplicationCommand.encoded(asOf.toString())
                    + "&into=" + ReplicationCommand.encoded(into)
                    + "&dry-run=" + dryRun
                    + "&rows-per-second=" + rowsPerSecond;
            JsonNode answer = replication.watched(progress -> new WatchedWork(progress)
                    .answers("rebuilding " + table, List.of(new WatchedWork.Request(client, path)))
                    .get(0));
            boolean complete = answer.path("unknown").asLong() == 0;
            return replication.say(answer, sentence(answer), complete ? Exit.DONE : Exit.ATTENTION);
        });
    }

    private static String sentence(JsonNode answer) {
        StringBuilder said = new StringBuilder();
        said.append(Counted.of(answer.path("items").asLong(), "item"))
                .append(answer.path("dry-run").asBoolean() ? " would be written into " : " written into ")
                .append(answer.path("into").asText())
                .append(", as of ")
                .append(answer.path("as-of").asText());
        if (answer.path("unknown").asLong() > 0) {
            said.append(System.lineSeparator())
                    .append(Counted.of(answer.path("unknown").asLong(), "key has", "keys have"))
                    .append(" changed since, and the logs no longer tell whether and what they were before:");
            answer.path("unknown-keys")
                    .forEach(key ->
                            said.append(System.lineSeparator()).append("  ").append(key));
        }
        return said.toString();
    }
}
