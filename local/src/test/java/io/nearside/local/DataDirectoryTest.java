package io.nearside.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DataDirectoryTest {
    @TempDir
    Path directory;

    @Test
    void regionIds_inALaterRun_stayWithTheirRegions() {
        try (DataDirectory first = DataDirectory.open(directory)) {
            assertThat(first.regionIds(List.of("us-east-1", "eu-west-1"))).containsExactly(1, 2);
        }

        try (DataDirectory second = DataDirectory.open(directory)) {
            assertThat(second.regionIds(List.of("ap-south-1", "eu-west-1"))).containsExactly(3, 2);
            assertThat(second.regionIds(List.of("eu-west-1", "us-east-1"))).containsExactly(2, 1);
        }
    }

    @Test
    void open_ofADirectoryInUse_saysSo() {
        try (DataDirectory held = DataDirectory.open(directory)) {
            assertThat(held.kafka()).startsWithRaw(directory);

            assertThatThrownBy(() -> DataDirectory.open(directory))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("in use by another nearside");
        }
    }

    @Test
    void regionIds_fromADamagedFile_namesIt() throws Exception {
        Files.writeString(directory.resolve("regions.properties"), "us-east-1=first");

        try (DataDirectory data = DataDirectory.open(directory)) {
            assertThatThrownBy(() -> data.regionIds(List.of("us-east-1")))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("regions.properties");
        }
    }
}
