package io.nearside.replicator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A generated text that is kept in the repository. With {@code -Dsnapshots=update} a difference is written instead of
 * failing the test.
 */
public final class Snapshot {

    private static final boolean UPDATE = "update".equals(System.getProperty("snapshots"));

    private final Path file;
    private final String before;
    private final String after;

    private Snapshot(Path file, String before, String after) {
        this.file = file;
        this.before = before;
        this.after = after;
    }

    /** The part of a file between two marks, of which each occurs once. */
    public static Snapshot between(Path file, String before, String after) {
        return new Snapshot(file, before, after);
    }

    /** Compares, or updates. */
    public void isEqualTo(String generated) {
        String text = read();
        int start = text.indexOf(before) + before.length();
        int end = text.indexOf(after, start);
        assertThat(text.indexOf(before)).as("mark %s in %s", before, file).isNotNegative();
        assertThat(end).as("mark %s in %s", after, file).isNotNegative();
        if (UPDATE) {
            write(text.substring(0, start) + generated + text.substring(end));
            return;
        }
        assertThat(text.substring(start, end))
                .as("%s is out of date; run the test with -Dsnapshots=update and look at the difference", file)
                .isEqualTo(generated);
    }

    private String read() {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
