package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code accept}: ends the hold of a table that was deleted and created again in one region only. */
@Command(
        name = "accept",
        mixinStandardHelpOptions = true,
        description = {
            "Says whose content of a table stands that was deleted in one region and not in the others.",
            "If it is this region's, its items are published as those of a new table; say the same in each other region.",
            "If it is another's, the table here is DELETED, made as it is there, and filled from there."
        },
        exitCodeListHeading = Exit.HEADING,
        exitCodeList = {"0:it is under way; status and /health/ready tell the rest", Exit.ON_REFUSED, Exit.ON_USAGE})
final class AcceptCommand implements Callable<Integer> {

    @ParentCommand
    private ReplicationCommand replication = new ReplicationCommand();

    @Option(names = "--table", required = true, paramLabel = "TABLE", description = "The table.")
    private String table = "";

    @Option(names = "--truth", required = true, paramLabel = "REGION", description = "The region whose items stand.")
    private String truth = "";

    @Override
    public Integer call() {
        return replication.ask(client -> {
            JsonNode answer = client.act("/api/tables/accept?table=" + ReplicationCommand.encoded(table) + "&truth="
                    + ReplicationCommand.encoded(truth));
            return replication.say(answer, answer.path("done").asText(), Exit.DONE);
        });
    }
}
