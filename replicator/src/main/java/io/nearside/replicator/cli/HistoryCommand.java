package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code history}: who changed an item. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        description = "Shows who changed an item, what and when, as far back as the logs reach.",
        exitCodeListHeading = Exit.HEADING,
        exitCodeList = {Exit.ON_DONE, Exit.ON_REFUSED, Exit.ON_USAGE})
final class HistoryCommand implements Callable<Integer> {

    @ParentCommand
    private ReplicationCommand replication = new ReplicationCommand();

    @Option(names = "--table", required = true, paramLabel = "TABLE", description = "The table.")
    private String table = "";

    @Option(
            names = "--key",
            required = true,
            paramLabel = "JSON",
            description = "The key in DynamoDB's JSON: {\"id\": {\"S\": \"a\"}}")
    private String key = "";

    @Override
    public Integer call() {
        return replication.ask(client -> {
            JsonNode entries = client.act("/api/history?table=" + ReplicationCommand.encoded(table) + "&key="
                    + ReplicationCommand.encoded(key));
            StringBuilder lines = new StringBuilder();
            entries.forEach(entry -> lines.append(String.format(
                    Locale.ROOT,
                    "%s  %-16s %-6s %s%n",
                    entry.path("at").asText(),
                    entry.path("region").asText(),
                    entry.path("kind").asText(),
                    entry.has("item") ? entry.path("item").toString() : "")));
            String sentence = entries.isEmpty()
                    ? "no change of this item is in the logs"
                    : lines.toString().strip();
            return replication.say(entries, sentence, Exit.DONE);
        });
    }
}
