package io.nearside.load.replication;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class TwoRegionsTest {

    @Test
    void options_areThoseOfTheLauncher() throws IOException {
        assertThat(Files.readString(Path.of("..", "nearside")))
                .contains("memory=\"" + String.join(" ", TwoRegions.JVM_OPTIONS) + "\"");
    }
}
