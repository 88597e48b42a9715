package io.nearside.replicator;

import io.nearside.replicator.cli.ReplicationCommand;
import io.nearside.replicator.cli.ReplicatorVersion;
import java.util.concurrent.Callable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of this jar: {@code replicator} runs one, {@code replication} talks to a running one. */
@Command(
        name = "nearside",
        mixinStandardHelpOptions = true,
        versionProvider = ReplicatorVersion.class,
        subcommands = {ReplicatorCommand.class, ReplicationCommand.class})
public final class ReplicatorMain implements Callable<Integer> {

    @Spec
    private CommandSpec command = CommandSpec.create();

    private ReplicatorMain() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "io/nearside/replicator/logback.xml");
        }
        // Some libraries (OpenTelemetry, Caffeine) log to the JDK's own logger: their lines belong among ours.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        System.exit(commandLine().execute(args));
    }

    /** The commands, for tests too. */
    static CommandLine commandLine() {
        return new CommandLine(new ReplicatorMain()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public Integer call() {
        throw new ParameterException(command.commandLine(), "say what to do: replicator, or replication");
    }
}
