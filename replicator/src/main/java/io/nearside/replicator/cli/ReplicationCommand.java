package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.nearside.replicator.cli.AdminClient.AdminException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The operator's commands, and what they have in common: whom they ask, and how they answer. */
@Command(
        name = "replication",
        mixinStandardHelpOptions = true,
        versionProvider = ReplicatorVersion.class,
        description = "Looks at and steers a running replicator.",
        subcommands = {
            StatusCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            VerifyCommand.class,
            RepairCommand.class,
            BackfillCommand.class,
            RebuildCommand.class,
            HistoryCommand.class,
            ConflictsCommand.class,
            ParkedCommand.class,
            ReleaseCommand.class,
            ReadmitCommand.class,
            DrainCommand.class
        },
        exitCodeListHeading = Exit.HEADING,
        exitCodeList = {Exit.ON_DONE, Exit.ON_REFUSED, Exit.ON_USAGE, "3:done, and something needs attention"})
public final class ReplicationCommand implements Callable<Integer> {

    @Option(
            names = "--admin",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "The replicator's admin port; http://127.0.0.1:8003 if not given.")
    private URI admin = URI.create("http://127.0.0.1:8003");

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print the answer as JSON.")
    private boolean json;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(command.commandLine(), "say what to do; --help lists it");
    }

    boolean json() {
        return json;
    }

    /** Asks the replicator something; the exit code is the question's, or says that nobody answered. */
    int ask(ToIntFunction<AdminClient> question) {
        try {
            return question.applyAsInt(new AdminClient(admin));
        } catch (AdminException e) {
            command.commandLine().getErr().println(e.getMessage());
            return Exit.REFUSED;
        }
    }

    /** Prints an answer, as it is or in a sentence. */
    int say(JsonNode answer, String sentence, int exitCode) {
        out().println(json ? answer.toPrettyString() : sentence);
        out().flush();
        return exitCode;
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    /** Does long work whose progress is shown, and wiped away when it is over: to people at a terminal only. */
    <T> T watched(Function<Progress, T> work) {
        try (Progress progress = progress()) {
            return work.apply(progress);
        }
    }

    private Progress progress() {
        PrintWriter err = command.commandLine().getErr();
        return Boolean.getBoolean("nearside.terminal") && !json ? new ProgressBar(err) : Progress.NONE;
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, UTF_8);
    }
}
