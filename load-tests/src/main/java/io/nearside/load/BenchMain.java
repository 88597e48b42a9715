package io.nearside.load;

import io.nearside.load.memory.InvalidationsCommand;
import io.nearside.load.memory.MemoryCommand;
import io.nearside.load.replication.ReplicationCommand;
import io.nearside.load.replication.TablesCommand;
import io.nearside.load.soak.SoakCommand;
import io.nearside.load.start.StartCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nearside bench}: workloads and comparisons. Exit code 0 done, 1 failed, 2 wrong arguments. */
@Command(
        name = "nearside bench",
        mixinStandardHelpOptions = true,
        version = "Nearside 0.1.0-SNAPSHOT",
        description = "Loads this proxy and what a user would pick instead, on this machine, and compares.",
        subcommands = {
            LoadCommand.Hit.class,
            LoadCommand.Miss.class,
            LoadCommand.Write.class,
            LoadCommand.Mixed.class,
            LoadCommand.Query.class,
            LoadCommand.Batch.class,
            PeersCommand.class,
            MemoryCommand.class,
            InvalidationsCommand.class,
            StartCommand.class,
            SoakCommand.class,
            MicroCommand.class,
            ReplicationCommand.class,
            TablesCommand.class
        })
public final class BenchMain implements Runnable {
    @Spec
    private CommandSpec spec;

    private BenchMain() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println("nearside bench: " + failure.getMessage());
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to run");
    }
}
