package io.nearside.replicator.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code resume}: they are applied again. */
@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = "Applies changes of other regions again.",
        exitCodeListHeading = Exit.HEADING,
        exitCodeList = {Exit.ON_DONE, Exit.ON_REFUSED, Exit.ON_USAGE})
final class ResumeCommand implements Callable<Integer> {

    @ParentCommand
    private ReplicationCommand replication = new ReplicationCommand();

    @Override
    public Integer call() {
        return replication.ask(client -> replication.say(client.act("/api/resume"), "resumed", Exit.DONE));
    }
}
