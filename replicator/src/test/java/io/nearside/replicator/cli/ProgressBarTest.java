package io.nearside.replicator.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class ProgressBarTest {

    private final StringWriter terminal = new StringWriter();

    private String shown() {
        String all = terminal.toString();
        return all.substring(all.lastIndexOf("\r\u001b[K") + "\r\u001b[K".length());
    }

    @Test
    void bar_halfWay_showsHalf() {
        try (ProgressBar bar = new ProgressBar(new PrintWriter(terminal))) {
            bar.show("reading", 1_500, 3_000);
            assertThat(shown()).isEqualTo("[###############---------------]  50 %  reading  1,500 of about 3,000");
        }
        assertThat(shown()).isEmpty();
    }

    @Test
    void bar_moreThanWasCounted_isFull() {
        try (ProgressBar bar = new ProgressBar(new PrintWriter(terminal))) {
            bar.show("reading", 12, 10);
            assertThat(shown()).startsWith("[" + "#".repeat(30) + "] 100 %").endsWith("12 of about 12");
        }
    }

    @Test
    void line_withoutATotal_showsWhatThereIs() {
        try (ProgressBar bar = new ProgressBar(new PrintWriter(terminal))) {
            bar.show("reading", 7, 0);
            assertThat(shown()).isEqualTo("reading  7");
            bar.show("looking again");
            assertThat(shown()).isEqualTo("looking again");
        }
    }

    @Test
    void close_nothingShown_writesNothing() {
        new ProgressBar(new PrintWriter(terminal)).close();
        assertThat(terminal.toString()).isEmpty();
    }
}
