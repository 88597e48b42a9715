package io.nearside.local;

import io.nearside.replicator.cli.RunningStacks;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nearside up}: starts a {@link LocalStack}, says where it is, and keeps it until the process is told to end. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description =
                "Runs whole regions on this machine until Ctrl-C: DynamoDB Local, Kafka, a proxy and a replicator per region.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:stopped as told", "1:could not start", "2:wrong command line"},
        footer = {
            "",
            "Ports on 127.0.0.1, region i = 0, 1, ...: proxy B+10i, DynamoDB Local B+1+10i, proxy admin B+2+10i,",
            "replicator admin B+3+10i; Kafka B+1192."
        })
final class UpCommand implements Callable<Integer> {
    @Option(
            names = "--regions",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "us-east-1,eu-west-1",
            description = "Regions, separated by commas (default: ${DEFAULT-VALUE}).")
    private List<String> regions = List.of();

    @Option(
            names = "--port-base",
            paramLabel = "B",
            defaultValue = "8000",
            description = "Where the ports begin (default: ${DEFAULT-VALUE}).")
    private int portBase;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Keeps tables and log in this directory; without it all is in memory and gone with the end.")
    private @Nullable Path data;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
    private CommandSpec spec;

    /** Tells {@code nearside replication} of this stack; null until it is ready, and where there is no installation. */
    private volatile @Nullable Path note;

    @Override
    public Integer call() throws InterruptedException {
        var stack = new LocalStack(new StackPlan(regions, Ports.from(portBase), data), this::say);
        var end = new Thread(() -> end(stack), "end");
        Runtime.getRuntime().addShutdownHook(end);
        try {
            run(stack);
        } catch (RuntimeException failure) {
            awaitEndIfEnding(end);
            closeAfter(failure, stack);
            throw failure;
        }
        return 0;
    }

    private void run(LocalStack stack) throws InterruptedException {
        long start = System.nanoTime();
        say("Starting " + String.join(" and ", regions) + " ...");
        stack.start();
        @Nullable RunningStacks stacks = RunningStacks.ofThisInstallation();
        if (stacks != null) {
            note = stacks.add(
                    stack.regions().stream().map(LocalRegion::replicatorAdmin).toList());
        }
        new Announcement(stack.regions()).print(out(), kept(), Duration.ofNanos(System.nanoTime() - start));
        // Until a signal ends the process.
        new CountDownLatch(1).await();
    }

    private String kept() {
        return data == null ? "they live in memory" : "they are kept in " + data;
    }

    /** Told to end by a signal: that is what was asked for, so the exit code is 0. */
    private void end(LocalStack stack) {
        int exit = CommandLine.ExitCode.OK;
        try {
            removeNote();
            stack.close();
            say("stopped");
        } catch (RuntimeException failure) {
            say("stopped, but not cleanly: " + failure.getCause());
            exit = CommandLine.ExitCode.SOFTWARE;
        }
        Runtime.getRuntime().halt(exit);
    }

    private void removeNote() {
        @Nullable Path written = note;
        // One that stays does not count, since the process has ended.
        if (written != null && !written.toFile().delete()) {
            say("could not remove " + written);
        }
    }

    /** Ended while it starts, parts fail because others have gone: nothing to tell. */
    private static void awaitEndIfEnding(Thread end) throws InterruptedException {
        try {
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException ending) {
            end.join();
        }
    }

    private static void closeAfter(RuntimeException failure, LocalStack stack) {
        try {
            stack.close();
        } catch (RuntimeException another) {
            failure.addSuppressed(another);
        }
    }

    private void say(String line) {
        out().println(line);
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
