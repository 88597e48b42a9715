package io.nearside.replicator.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

final class RunningStacksTest {

    private static final URI EAST = URI.create("http://127.0.0.1:28003");
    private static final URI WEST = URI.create("http://127.0.0.1:28013");
    private static final URI USUAL = URI.create("http://127.0.0.1:8003");

    @TempDir
    private Path home;

    @Test
    void candidates_nothingRuns_isTheUsualPort() {
        assertThat(ReplicationCommand.candidates(null, new RunningStacks(home))).containsExactly(USUAL);
        assertThat(ReplicationCommand.candidates(null, null)).containsExactly(USUAL);
    }

    @Test
    void candidates_aStackRuns_isItsFirstRegion_untilItEnds() throws IOException {
        RunningStacks stacks = new RunningStacks(home);
        Path file = stacks.add(List.of(EAST, WEST));

        assertThat(ReplicationCommand.candidates(null, stacks)).containsExactly(EAST);
        assertThat(ReplicationCommand.candidates(WEST, stacks)).containsExactly(WEST);

        Files.delete(file);
        assertThat(ReplicationCommand.candidates(null, stacks)).containsExactly(USUAL);
    }

    @Test
    void candidates_fileOfAnotherProcessWithThatId_doesNotCount() throws IOException {
        RunningStacks stacks = new RunningStacks(home);
        Path file = stacks.add(List.of(EAST));
        Files.write(file, List.of("1999-01-01T00:00:00Z", EAST.toString()));

        assertThat(ReplicationCommand.candidates(null, stacks)).containsExactly(USUAL);
    }

    @Test
    void candidates_fileThatIsNoneOfOurs_doesNotCount() throws IOException {
        RunningStacks stacks = new RunningStacks(home);
        Path file = stacks.add(List.of(EAST));
        Files.writeString(file.resolveSibling("notes.txt"), "hello");
        Files.writeString(file.resolveSibling("1"), "");

        assertThat(ReplicationCommand.candidates(null, stacks)).containsExactly(EAST);
    }
}
