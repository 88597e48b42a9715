package io.nearside.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigWatchTest implements ConfigWatch.Listener<SampleConfig> {

    private static final String FILE = """
            service: sample
            region: here
            kafka: {bootstrap-servers: [one:9092]}
            credentials: {access-key-id: AKIA, secret-access-key: hush}
            """;

    @TempDir
    private Path directory = Path.of("");

    private final List<String> told = new ArrayList<>();
    private int failures;
    private ConfigWatch<SampleConfig> watch;

    @BeforeEach
    void watch() throws IOException {
        write(FILE);
        watch = new ConfigWatch<>(
                file(),
                SampleConfig.class,
                Map.of(),
                ConfigLoader.effective(file(), SampleConfig.class, Map.of()),
                this);
        twice();
    }

    @Override
    public void accepted(EffectiveConfig<SampleConfig> next, List<EffectiveConfig.Change> changes) {
        if (failures > 0) {
            failures--;
            throw new IllegalStateException("a defect of the listener");
        }
        told.add(changes.toString());
    }

    @Override
    public void refused(ConfigException problems) {
        told.add(problems.getMessage());
    }

    @Test
    void listenerThatThrows_doesNotEndTheWatching() throws IOException {
        failures = 1;
        write(FILE.replace("here", "there"));
        twice();
        assertThat(told).isEmpty();

        write(FILE.replace("here", "elsewhere"));
        twice();

        assertThat(told).containsExactly("[region: there -> elsewhere]");
    }

    @Test
    void unchangedFile_isNotTalkedAbout() throws IOException {
        write("# a comment\n" + FILE);
        twice();

        assertThat(told).isEmpty();
    }

    @Test
    void changedFile_isToldOnce_whenItHasStoodStill() throws IOException {
        write(FILE.replace("here", "there"));
        watch.look();
        assertThat(told).isEmpty();

        twice();

        assertThat(told).containsExactly("[region: here -> there]");
    }

    @Test
    void fileThatKeepsChanging_isWaitedFor() throws IOException {
        for (String region : List.of("a", "b", "c")) {
            write(FILE.replace("here", region));
            watch.look();
        }
        assertThat(told).isEmpty();

        watch.look();

        assertThat(told).containsExactly("[region: here -> c]");
    }

    @Test
    void wrongFile_isRefusedOnce_withAllItsProblems() throws IOException {
        write(FILE.replace("region: here", "regin: here\nlisten: {port: -1}"));
        twice();
        twice();

        assertThat(told)
                .singleElement()
                .asString()
                .contains("regin", "listen.port", "region: missing")
                .contains("3 problems");
    }

    @Test
    void fileThatIsGone_isRefused_andMayComeBack() throws IOException {
        Files.delete(file());
        twice();
        write(FILE);
        twice();

        assertThat(told).hasSize(2);
        assertThat(told.get(0)).contains("there is no such file");
        assertThat(told.get(1)).isEqualTo("[]");
    }

    @Test
    void secretThatChanges_isToldMasked() throws IOException {
        write(FILE.replace("hush", "quiet"));
        twice();

        assertThat(told)
                .singleElement()
                .asString()
                .contains("secret-access-key")
                .doesNotContain("hush", "quiet");
    }

    private void twice() {
        watch.look();
        watch.look();
    }

    private Path file() {
        return directory.resolve("sample.yaml");
    }

    private void write(String text) throws IOException {
        Files.writeString(file(), text);
    }
}
