package io.nearside.replicator.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code verify}: whether the regions hold the same. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Compares a table between regions; differences that a second look confirms are mismatches.",
        exitCodeListHeading = Exit.HEADING,
        exitCodeList = {"0:equal", Exit.ON_REFUSED, Exit.ON_USAGE, "3:some keys differ"})
final class VerifyCommand implements Callable<Integer> {

    @ParentCommand
    private ReplicationCommand replication = new ReplicationCommand();

    @Mixin
    private ComparisonOptions options = new ComparisonOptions();

    @Override
    public Integer call() {
        return replication.ask(client -> new ComparisonReport(options, client, replication).run(false));
    }
}
