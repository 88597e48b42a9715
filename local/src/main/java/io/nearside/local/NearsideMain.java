package io.nearside.local;

import io.nearside.config.ConfigException;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** {@code nearside up} and {@code nearside config}; the launcher of the same name starts the other programs. */
public final class NearsideMain {
    private NearsideMain() {}

    public static void main(String[] arguments) {
        // Loading the classes of its events holds an event loop for seconds on a busy machine, at the first buffer.
        if (System.getProperty("io.netty.jfr.enabled") == null) {
            System.setProperty("io.netty.jfr.enabled", "false");
        }
        System.exit(commandLine(System.getenv()).execute(arguments));
    }

    /** Exit codes: 0 done, 1 it failed, 2 it was called wrongly. */
    static CommandLine commandLine(Map<String, String> environment) {
        return new CommandLine(new Nearside())
                .addSubcommand(new UpCommand())
                .addSubcommand(new ConfigCommand(environment))
                .setExecutionExceptionHandler(NearsideMain::explain);
    }

    /** What the user can put right is one sentence; a fault of ours shows itself whole. */
    private static int explain(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure instanceof StartException
                || failure instanceof io.nearside.proxy.StartException
                || failure instanceof io.nearside.replicator.StartException
                || failure instanceof ConfigException) {
            command.getErr().println("nearside: " + failure.getMessage());
        } else {
            command.getErr().println("nearside: this is a fault in nearside, please report it");
            failure.printStackTrace(command.getErr());
        }
        command.getErr().flush();
        return failure instanceof StartException start && start.isWrongUsage()
                ? CommandLine.ExitCode.USAGE
                : CommandLine.ExitCode.SOFTWARE;
    }

    /** Only carries the subcommands: one of them must be named. */
    @Command(name = "nearside", mixinStandardHelpOptions = true)
    private static final class Nearside {}
}
