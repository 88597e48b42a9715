package io.nearside.proxy;

import io.nearside.config.ConfigException;
import io.nearside.config.ConfigLoader;
import io.nearside.config.ConfigWatch;
import io.nearside.config.EffectiveConfig;
import io.nearside.proxy.config.AuthConfig.AuthMode;
import io.nearside.proxy.config.ProxyConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line of one proxy: reads the configuration, starts a {@link ProxyServer}, waits for SIGTERM or Ctrl-C. */
@Command(
        name = "nearside proxy",
        mixinStandardHelpOptions = true,
        versionProvider = ProxyMain.Version.class,
        description = "Runs one caching proxy in front of DynamoDB.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:stopped as told", "1:could not start", "2:wrong command line or configuration"})
public final class ProxyMain implements Callable<Integer> {

    private static final int COULD_NOT_START = 1;
    private static final int WRONG_CONFIGURATION = 2;

    /** How often the configuration file is looked at for changes. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private final CountDownLatch toldToStop = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration, in YAML.")
    private Path config = Path.of("");

    @Spec
    private CommandSpec command = CommandSpec.create();

    private ProxyMain() {}

    /** Runs until told to stop. */
    public static void main(String[] args) {
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "io/nearside/proxy/logback.xml");
        }
        // Loading the classes of its events holds an event loop for seconds on a busy machine, at the first buffer.
        if (System.getProperty("io.netty.jfr.enabled") == null) {
            System.setProperty("io.netty.jfr.enabled", "false");
        }
        // Some libraries (OpenTelemetry, Caffeine) log to the JDK's own logger: their lines belong among ours.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        System.exit(new CommandLine(new ProxyMain()).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            return run(ConfigLoader.effective(config, ProxyConfig.class, System.getenv()));
        } catch (ConfigException e) {
            return fail(e, WRONG_CONFIGURATION);
        } catch (StartException e) {
            return fail(e, COULD_NOT_START);
        }
    }

    private int run(EffectiveConfig<ProxyConfig> settings) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "shutdown"));
        try (ProxyServer server = ProxyServer.start(settings);
                ConfigWatch<ProxyConfig> watch =
                        new ConfigWatch<>(config, ProxyConfig.class, System.getenv(), settings, server.reload())) {
            watch.start(LOOK_EVERY);
            PrintWriter out = command.commandLine().getOut();
            out.println(banner(settings.value(), server));
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

    /** Runs in the shutdown hook: the process ends when this returns, so it waits for the requests under way. */
    private void stop() {
        toldToStop.countDown();
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String banner(ProxyConfig settings, ProxyServer server) {
        String callers = settings.auth().mode() == AuthMode.NONE ? "callers are not authenticated" : "SigV4 verified";
        String bus = settings.coherence().kafka().isPresent() ? "invalidations by Kafka" : "no invalidations, TTL only";
        return "Nearside proxy " + Version.number() + " in " + settings.region() + "\n"
                + "  DynamoDB endpoint " + (settings.listen().tls().isPresent() ? "https://" : "http://")
                + host(settings.listen().host()) + ":" + server.dataPort() + " for "
                + server.upstreamEndpoint() + "\n"
                + "  admin http://" + host(settings.admin().host()) + ":" + server.adminPort() + "/ (" + callers + "; "
                + bus + ")";
    }

    private static String host(String host) {
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"Nearside proxy " + number()};
        }

        static String number() {
            String version = ProxyMain.class.getPackage().getImplementationVersion();
            return version == null ? "(development)" : version;
        }
    }
}
