package io.nearside.load.memory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

final class JdkTest {
    @Test
    void at_aJdk_readsItsRelease(@TempDir Path home) throws Exception {
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"21.0.2\"\n");
        Files.createDirectory(home.resolve("bin"));
        Files.createFile(
                home.resolve("bin/java"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));

        assertThat(Jdk.at(home)).containsExactly(new Jdk(home, 21));
    }

    @Test
    void at_anyOtherFolder_findsNone(@TempDir Path folder) {
        assertThat(Jdk.at(folder)).isEmpty();
    }

    @Test
    void generationalZgc_byRelease_asksForItWhereItIsNotTheOnlyOne() {
        assertThat(new Jdk(Path.of("a"), 21).generationalZgc()).contains("-XX:+ZGenerational");
        assertThat(new Jdk(Path.of("a"), 25).generationalZgc()).containsExactly("-XX:+UseZGC");
    }
}
