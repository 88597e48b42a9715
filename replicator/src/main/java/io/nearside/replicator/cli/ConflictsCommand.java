package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code conflicts}: what lost lately. */
@Command(
        name = "conflicts",
        mixinStandardHelpOptions = true,
        description = "Shows the latest changes that lost against a concurrent one.",
        exitCodeListHeading = Exit.HEADING,
        exitCodeList = {Exit.ON_DONE, Exit.ON_REFUSED, Exit.ON_USAGE})
final class ConflictsCommand implements Callable<Integer> {

    @ParentCommand
    private ReplicationCommand replication = new ReplicationCommand();

    @Option(names = "--limit", defaultValue = "20", paramLabel = "N", description = "How many; ${DEFAULT-VALUE}.")
    private int limit = 1;

    @Override
    public Integer call() {
        return replication.ask(client -> {
            JsonNode conflicts = client.act("/api/conflicts?limit=" + limit);
            StringBuilder lines = new StringBuilder();
            conflicts.forEach(conflict -> lines.append(String.format(
                    Locale.ROOT,
                    "%s  %s %s: %s beat %s%n",
                    conflict.path("at").asText(),
                    conflict.path("table").asText(),
                    conflict.path("key"),
                    conflict.path("winner").path("version").asText(),
                    conflict.path("loser").path("version").asText())));
            String sentence =
                    conflicts.isEmpty() ? "no conflicts" : lines.toString().strip();
            return replication.say(conflicts, sentence, Exit.DONE);
        });
    }
}
