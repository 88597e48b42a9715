package io.nearside.replicator.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code repair}: what differs is published again. */
@Command(
        name = "repair",
        mixinStandardHelpOptions = true,
        description = "Like verify, and has the region with the newest version of each mismatch publish it again.",
        exitCodeListHeading = Exit.HEADING,
        exitCodeList = {
            "0:equal, or published again",
            Exit.ON_REFUSED,
            Exit.ON_USAGE,
            "3:published again, and items were put back of which nobody can tell whether they had been deleted"
        })
final class RepairCommand implements Callable<Integer> {

    @ParentCommand
    private ReplicationCommand replication = new ReplicationCommand();

    @Mixin
    private ComparisonOptions options = new ComparisonOptions();

    @Override
    public Integer call() {
        return replication.ask(client -> new ComparisonReport(options, client, replication).run(true));
    }
}
