package io.nearside.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ConfigFileTest {
    @TempDir
    private Path dir;

    @Test
    void service_named_isRead() throws IOException {
        Path file = Files.writeString(dir.resolve("c.yaml"), "region: a\nservice: proxy\nwhatever: [1]\n");

        assertThat(ConfigFile.service(file, "proxy", "replicator")).isEqualTo("proxy");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'region: a'|c.yaml: service: missing; write service: proxy or service: replicator",
                "'service: '|c.yaml: service: missing; write service: proxy or service: replicator",
                "'service: cache'|c.yaml:1: service: not a known service; write service: proxy or service: replicator",
                "'service: [proxy]'|c.yaml:1: service: not a known service",
                "'service: {'|c.yaml:1: not valid YAML: "
            })
    void service_missingOrUnknown_isReported(String yaml, String problem) throws IOException {
        Path file = Files.writeString(dir.resolve("c.yaml"), yaml);

        assertThatThrownBy(() -> ConfigFile.service(file, "proxy", "replicator"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(problem);
    }
}
