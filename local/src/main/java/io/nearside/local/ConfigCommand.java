package io.nearside.local;

import io.nearside.config.ConfigException;
import io.nearside.config.ConfigFile;
import io.nearside.config.ConfigLoader;
import io.nearside.config.EffectiveConfig;
import io.nearside.proxy.config.ProxyConfig;
import io.nearside.replicator.config.ReplicatorConfig;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code nearside config}: looks at a configuration file as its service would, environment variables included. Exit code 0
 * means usable, 2 that there is no such file or that it has problems (all are listed): the code that its service would end with.
 */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = "Checks or prints a configuration file, with the environment variables that override it.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:usable", "2:wrong command line or configuration"})
final class ConfigCommand {
    private static final String PROXY = "proxy";
    private static final String REPLICATOR = "replicator";

    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
    private CommandSpec spec;

    ConfigCommand(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Says whether a service could start with it; lists all problems.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:a service could start with it", "2:wrong command line or configuration"})
    int check(
            @Parameters(paramLabel = "FILE", description = "Configuration of a proxy or of a replicator.") Path file) {
        return report(file, config -> file + " is a valid configuration");
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Prints every setting with its value and where that comes from; secrets are masked.")
    int print(
            @Parameters(paramLabel = "FILE", description = "Configuration of a proxy or of a replicator.") Path file) {
        return report(file, EffectiveConfig::toYaml);
    }

    private int report(Path file, Function<EffectiveConfig<?>, String> text) {
        if (!Files.isRegularFile(file)) {
            throw new ParameterException(spec.commandLine(), "there is no file " + file);
        }
        PrintWriter out = spec.commandLine().getOut();
        try {
            Class<? extends Record> type =
                    ConfigFile.service(file, PROXY, REPLICATOR).equals(PROXY)
                            ? ProxyConfig.class
                            : ReplicatorConfig.class;
            out.println(
                    text.apply(ConfigLoader.effective(file, type, environment)).stripTrailing());
            return ExitCode.OK;
        } catch (ConfigException problems) {
            spec.commandLine().getErr().println(problems.getMessage());
            return ExitCode.USAGE;
        } finally {
            out.flush();
        }
    }
}
