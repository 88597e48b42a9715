package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code backfill}: every item goes out once more. */
@Command(
        name = "backfill",
        mixinStandardHelpOptions = true,
        description = "Publishes every item of a table again, for a region that starts empty or lost its log.",
        exitCodeListHeading = Exit.HEADING,
        exitCodeList = {Exit.ON_DONE, Exit.ON_REFUSED, Exit.ON_USAGE})
final class BackfillCommand implements Callable<Integer> {

    @ParentCommand
    private ReplicationCommand replication = new ReplicationCommand();

    @Option(names = "--table", required = true, paramLabel = "TABLE", description = "The table.")
    private String table = "";

    @Option(
            names = "--rows-per-second",
            defaultValue = "1000",
            paramLabel = "N",
            description = "The most items read and published per second; ${DEFAULT-VALUE}.")
    private int rowsPerSecond = 1;

    @Override
    public Integer call() {
        return replication.ask(client -> {
            String path =
                    "/api/backfill?table=" + ReplicationCommand.encoded(table) + "&rows-per-second=" + rowsPerSecond;
            JsonNode answer = replication.watched(progress -> new WatchedWork(progress)
                    .answers("publishing " + table, List.of(new WatchedWork.Request(client, path)))
                    .get(0));
            return replication.say(
                    answer, Counted.of(answer.path("published").asLong(), "item") + " published", Exit.DONE);
        });
    }
}
