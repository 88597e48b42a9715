package io.nearside.local;

import io.nearside.replicator.cli.ReplicationCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/** What the launcher, the README and the commands say of themselves is one. */
class HelpTextTest {
    private static final Path ROOT = root();

    /** The line of the command, and those that begin with a bar. */
    private static final Pattern REPLICATION = Pattern.compile("nearside replication {2,}((?:[a-z| ]|\\n +\\|)+)");

    @ParameterizedTest
    @ValueSource(strings = {"nearside", "README.md"})
    void replication_inTheListsOfCommands_isAllThatThereIs(String file) throws IOException {
        Matcher listed = REPLICATION.matcher(Files.readString(ROOT.resolve(file)));

        assertThat(listed.find()).isTrue();
        Set<String> names = new TreeSet<>(List.of(listed.group(1).strip().split("\\s*\\|\\s*")));
        assertThat(names)
                .isEqualTo(new TreeSet<>(new CommandLine(new ReplicationCommand())
                        .getSubcommands()
                        .keySet()));
    }

    /** What {@code nearside test quick} leaves out by name alone. */
    @Test
    void classesNamedTest_startNoStack() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            assertThat(files.filter(file -> file.toString().endsWith("Test.java"))
                            .filter(file -> !file.toString().contains("target"))
                            .filter(file -> !file.endsWith("HelpTextTest.java")))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(read(file))
                            .doesNotContain("EmbeddedDynamoDb.", "EmbeddedKafka.", "SharedStack", "new LocalStack("));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, up --regions Nowhere!",
        "2, up --regions 'us-east-1,us-east-1'",
        "2, up --port-base 0",
        "2, up --port-base 65000",
        "2, up --port-base many",
        "2, up --unknown",
        "2, config check /no/such/file.yaml",
        "2, nothing",
        "0, up --help",
        "0, --help"
    })
    void exitCode_ofACommandLine_isWhatHelpSays(int exitCode, String line) {
        StringWriter said = new StringWriter();
        CommandLine nearside =
                NearsideMain.commandLine(Map.of()).setOut(new PrintWriter(said)).setErr(new PrintWriter(said));

        assertThat(nearside.execute(line.split(" "))).isEqualTo(exitCode);

        assertThat(said.toString()).isNotEmpty().doesNotContain("\tat ", "fault in nearside");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("nearside"))) {
            directory = Objects.requireNonNull(directory.getParent(), "no launcher above the working directory");
        }
        return directory;
    }
}
