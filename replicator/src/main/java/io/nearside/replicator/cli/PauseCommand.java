package io.nearside.replicator.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code pause}: other regions' changes wait. */
@Command(
        name = "pause",
        mixinStandardHelpOptions = true,
        description = "Applies no more changes of other regions here; capture goes on.",
        exitCodeListHeading = Exit.HEADING,
        exitCodeList = {Exit.ON_DONE, Exit.ON_REFUSED, Exit.ON_USAGE})
final class PauseCommand implements Callable<Integer> {

    @ParentCommand
    private ReplicationCommand replication = new ReplicationCommand();

    @Override
    public Integer call() {
        return replication.ask(client -> replication.say(
                client.act("/api/pause"),
                "paused: changes of other regions wait in Kafka until: nearside replication resume",
                Exit.DONE));
    }
}
