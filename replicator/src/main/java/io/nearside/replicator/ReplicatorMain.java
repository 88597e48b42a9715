package io.nearside.replicator;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of this jar: {@code replicator} runs one, {@code replication} talks to a running one. */
@Command(
        name = "nearside",
        mixinStandardHelpOptions = true,
        versionProvider = ReplicatorMain.Version.class,
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

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"Nearside replicator " + number()};
        }

        static String number() {
            String version = ReplicatorMain.class.getPackage().getImplementationVersion();
            return version == null ? "(development)" : version;
        }
    }
}
