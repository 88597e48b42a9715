package io.nearside.load.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class ReportTest {
    @Test
    void spread_ofSeveralReadings_isMedianAndExtremes() {
        assertThat(Spread.of(List.of(3.0, 1.0, 2.0, 10.0)).format(1)).isEqualTo("2.5 (1.0 to 10.0)");
    }

    @Test
    void toText_table_alignsColumns() {
        var report = new Report("title")
                .table(new Report.Table(
                        "rates", List.of("target", "rate"), List.of(List.of("a", "1"), List.of("long", "22"))));

        assertThat(report.toText()).contains("  target  rate\n  a          1\n  long      22\n");
    }

    @Test
    void table_rowOfTheWrongLength_isRefused() {
        assertThatThrownBy(() -> new Report.Table("t", List.of("a", "b"), List.of(List.of("1"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void write_report_leavesJsonAndAPageThatNeedsNothingElse(@TempDir Path directory) throws Exception {
        var page = new Report("a < b").note("note").write(directory, "bench");

        assertThat(Files.readString(page))
                .contains("a &lt; b")
                .doesNotContain("src=")
                .doesNotContain("href=");
        assertThat(directory.resolve("bench.json")).content().contains("\"title\" : \"a < b\"");
    }
}
