package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.nearside.replicator.cli.AdminClient.AdminException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
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
            AcceptCommand.class,
            DrainCommand.class
        },
        exitCodeListHeading = Exit.HEADING,
        exitCodeList = {Exit.ON_DONE, Exit.ON_REFUSED, Exit.ON_USAGE, "3:done, and something needs attention"})
public final class ReplicationCommand implements Callable<Integer> {

    private static final URI USUAL = URI.create("http://127.0.0.1:8003");

    @Option(
            names = "--admin",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description =
                    "The replicator's admin port; if not given, that of the running `nearside up`, else http://127.0.0.1:8003.")
    private @Nullable URI admin;

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
        List<URI> candidates = candidates(admin, RunningStacks.ofThisInstallation());
        if (candidates.size() > 1) {
            command.commandLine()
                    .getErr()
                    .println("several stacks of `nearside up` are running; say which one with --admin URL: "
                            + candidates);
            return CommandLine.ExitCode.USAGE;
        }
        try {
            return question.applyAsInt(new AdminClient(candidates.get(0)));
        } catch (AdminException e) {
            command.commandLine().getErr().println(e.getMessage());
            return Exit.REFUSED;
        }
    }

    /** Whom this may be about: the one named, or those that run here, or the one at the usual port. */
    static List<URI> candidates(@Nullable URI named, @Nullable RunningStacks stacks) {
        if (named != null) {
            return List.of(named);
        }
        List<URI> running = stacks == null ? List.of() : stacks.firstReplicators();
        return running.isEmpty() ? List.of(USUAL) : running;
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
