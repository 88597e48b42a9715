package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code readmit}: a spent region id is used again. */
@Command(
        name = "readmit",
        mixinStandardHelpOptions = true,
        description = {
            "Takes a region's spent id back into use.",
            "What was deleted while the region was left out may come back from it: verify the tables afterwards."
        },
        exitCodeListHeading = Exit.HEADING,
        exitCodeList = {Exit.ON_DONE, Exit.ON_REFUSED, Exit.ON_USAGE, "3:the region has no spent id"})
final class ReadmitCommand implements Callable<Integer> {

    @ParentCommand
    private ReplicationCommand replication = new ReplicationCommand();

    @Option(names = "--region", required = true, paramLabel = "REGION", description = "The region.")
    private String region = "";

    @Override
    public Integer call() {
        return replication.ask(client -> {
            JsonNode answer = client.act("/api/regions/readmit?region=" + ReplicationCommand.encoded(region));
            long ids = answer.path("readmitted").asLong();
            return replication.say(
                    answer,
                    ids == 0
                            ? "region " + region + " has no spent id"
                            : "region " + region + " may use its id again; verify its tables",
                    ids == 0 ? Exit.ATTENTION : Exit.DONE);
        });
    }
}
