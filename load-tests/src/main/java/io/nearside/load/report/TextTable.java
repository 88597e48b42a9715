package io.nearside.load.report;

import java.util.List;

/** A table with aligned columns for the terminal: the first column to the left, figures to the right. */
final class TextTable {
    private TextTable() {}

    static String format(Report.Table table) {
        var widths = new int[table.columns().size()];
        widen(widths, table.columns());
        table.rows().forEach(row -> widen(widths, row));
        var text = new StringBuilder();
        line(text, widths, table.columns());
        table.rows().forEach(row -> line(text, widths, row));
        return text.toString();
    }

    private static void widen(int[] widths, List<String> cells) {
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], cells.get(i).length());
        }
    }

    private static void line(StringBuilder text, int[] widths, List<String> cells) {
        for (int i = 0; i < widths.length; i++) {
            var padding = " ".repeat(widths[i] - cells.get(i).length());
            text.append("  ").append(i == 0 ? cells.get(i) + padding : padding + cells.get(i));
        }
        text.append('\n');
    }
}
