package io.nearside.replicator;

import io.nearside.config.ConfigException;
import io.nearside.config.ConfigLoader;
import io.nearside.config.EffectiveConfig;
import io.nearside.replicator.cli.ReplicatorVersion;
import io.nearside.replicator.config.PeerConfig;
import io.nearside.replicator.config.ReplicatorConfig;
import io.nearside.replicator.config.TableConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reads the configuration, starts a {@link Replicator}, waits for SIGTERM or Ctrl-C. */
@Command(
        name = "replicator",
        mixinStandardHelpOptions = true,
        versionProvider = ReplicatorVersion.class,
        description = "Runs one replicator: captures its region's changes and applies those of the other regions.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:stopped as told", "1:could not start", "2:wrong command line or configuration"})
final class ReplicatorCommand implements Callable<Integer> {

    private static final int COULD_NOT_START = 1;
    private static final int WRONG_CONFIGURATION = 2;

    private final CountDownLatch toldToStop = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration, in YAML.")
    private Path config = Path.of("");

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        try {
            return run(ConfigLoader.effective(config, ReplicatorConfig.class, System.getenv()));
        } catch (ConfigException e) {
            return fail(e, WRONG_CONFIGURATION);
        } catch (StartException e) {
            return fail(e, COULD_NOT_START);
        }
    }

    private int run(EffectiveConfig<ReplicatorConfig> settings) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "shutdown"));
        try (Replicator replicator = Replicator.start(settings)) {
            PrintWriter out = command.commandLine().getOut();
            out.println(banner(settings.value(), replicator));
            out.flush();
            toldToStop.await();
        } finally {
            stopped.countDown();
        }
        return 0;
    }

    private int fail(Exception failure, int exitCode) {
        command.commandLine().getErr().println(failure.getMessage());
        return exitCode;
    }

    /** Runs in the shutdown hook: the process ends when this returns, so it waits for the frontier to be committed. */
    private void stop() {
        toldToStop.countDown();
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is running, for which tables, and where its admin port listens: three lines. */
    static String banner(ReplicatorConfig settings, Replicator replicator) {
        String peers = settings.peers().stream().map(PeerConfig::region).collect(Collectors.joining(", "));
        String tables = settings.tables().stream().map(TableConfig::name).collect(Collectors.joining(", "));
        return "Nearside replicator " + ReplicatorVersion.number() + " in " + settings.region() + "\n"
                + "  tables " + tables + " of " + replicator.endpoint() + ", with "
                + (peers.isEmpty() ? "no other region" : peers) + " through Kafka at "
                + settings.kafka().bootstrapServers() + "\n"
                + "  admin http://" + host(settings.admin().host()) + ":" + replicator.adminPort() + "/ (/health/ready"
                + " says when it is at work)";
    }

    private static String host(String host) {
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }
}
