package io.nearside.local;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigCommandTest {
    private static final ServiceConfigs.Region HERE = new ServiceConfigs.Region("us-east-1", 1, 8000, 8002, 8003);
    private static final ServiceConfigs.Region THERE = new ServiceConfigs.Region("eu-west-1", 2, 8010, 8012, 8013);
    private static final ServiceConfigs CONFIGS =
            new ServiceConfigs(HERE, URI.create("http://127.0.0.1:8001"), "127.0.0.1:9192", List.of(THERE));

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void check_ofWhatUpUses_isValidForBothServices() throws IOException {
        assertThat(run("check", file(CONFIGS.proxy()))).as(err.toString()).isZero();
        assertThat(run("check", file(CONFIGS.replicator()))).as(err.toString()).isZero();
    }

    @Test
    void check_ofSeveralProblems_listsThemAll() throws IOException {
        String broken = CONFIGS.proxy().replace("port: 8000", "port: many").replace("upstream:", "upstraem:");

        assertThat(run("check", file(broken))).isEqualTo(2);

        assertThat(err.toString()).contains("many", "upstraem", "did you mean \"upstream\"");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void check_withAnEnvironmentVariableThatIsWrong_namesIt() throws IOException {
        assertThat(run(Map.of("NEARSIDE_LISTEN_PORT", "many"), "check", file(CONFIGS.proxy())))
                .isEqualTo(2);

        assertThat(err.toString()).contains("NEARSIDE_LISTEN_PORT");
    }

    @Test
    void print_ofAConfiguration_showsEffectiveValuesAndMasksSecrets() throws IOException {
        String secret = CONFIGS.proxy().replace("secret-access-key: nearside", "secret-access-key: keepthis");

        assertThat(run(Map.of("NEARSIDE_LISTEN_PORT", "8123"), "print", file(secret)))
                .isZero();

        assertThat(out.toString()).contains("service: proxy", "8123").doesNotContain("keepthis");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "region: us-east-1", "service: cache"})
    void check_ofAFileWithoutAService_saysWhichThereAre(String yaml) throws IOException {
        assertThat(run("check", file(yaml))).isEqualTo(2);

        assertThat(err.toString()).contains("service: proxy", "service: replicator");
    }

    @Test
    void check_ofAMissingFile_isAWrongCall() {
        assertThat(run("check", directory.resolve("none.yaml"))).isEqualTo(2);

        assertThat(err.toString()).contains("none.yaml");
    }

    @Test
    void config_withoutACommand_isAWrongCall() {
        assertThat(NearsideMain.commandLine(Map.of())
                        .setErr(new PrintWriter(err))
                        .execute("config"))
                .isEqualTo(2);
    }

    private int run(String command, Path file) {
        return run(Map.of(), command, file);
    }

    private int run(Map<String, String> environment, String command, Path file) {
        return NearsideMain.commandLine(environment)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute("config", command, file.toString());
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(directory.resolve("service.yaml"), yaml);
    }
}
