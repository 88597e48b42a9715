package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code parked}: what is put aside. */
@Command(
        name = "parked",
        mixinStandardHelpOptions = true,
        description = "Shows the changes that are put aside, and why.",
        exitCodeListHeading = Exit.HEADING,
        exitCodeList = {"0:nothing is parked", Exit.ON_REFUSED, Exit.ON_USAGE, "3:something is"})
final class ParkedCommand implements Callable<Integer> {

    @ParentCommand
    private ReplicationCommand replication = new ReplicationCommand();

    @Option(names = "--table", defaultValue = "", paramLabel = "TABLE", description = "Of this table only.")
    private String table = "";

    @Override
    public Integer call() {
        return replication.ask(client -> {
            JsonNode parked = client.act("/api/parked?table=" + ReplicationCommand.encoded(table));
            StringBuilder lines = new StringBuilder();
            parked.forEach(entry -> lines.append(String.format(
                    Locale.ROOT,
                    "%s  %s %s: %s, %s%n",
                    entry.path("at").asText(),
                    entry.path("table").asText(),
                    entry.path("key"),
                    entry.path("reason").asText(),
                    entry.path("detail").asText())));
            String sentence =
                    parked.isEmpty() ? "nothing is parked" : lines.toString().strip();
            return replication.say(parked, sentence, parked.isEmpty() ? Exit.DONE : Exit.ATTENTION);
        });
    }
}
