package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code release}: what is put aside is tried again. */
@Command(
        name = "release",
        mixinStandardHelpOptions = true,
        description = "Applies the newest parked change of each key of a table after all.",
        exitCodeListHeading = Exit.HEADING,
        exitCodeList = {
            "0:nothing of the table is parked any more",
            Exit.ON_REFUSED,
            Exit.ON_USAGE,
            "3:something still is"
        })
final class ReleaseCommand implements Callable<Integer> {

    @ParentCommand
    private ReplicationCommand replication = new ReplicationCommand();

    @Option(names = "--table", required = true, paramLabel = "TABLE", description = "The table.")
    private String table = "";

    @Override
    public Integer call() {
        return replication.ask(client -> {
            JsonNode answer = client.act("/api/parked/release?table=" + ReplicationCommand.encoded(table));
            long left = answer.path("parked").asLong();
            return replication.say(
                    answer,
                    Counted.of(answer.path("released").asLong(), "key") + " released, " + left + " still parked",
                    left == 0 ? Exit.DONE : Exit.ATTENTION);
        });
    }
}
