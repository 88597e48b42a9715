package io.nearside.load.report;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The findings of one bench: tables of text cells, curves of latency by percentile, and notes. Written as a table on the
 * terminal, a JSON file, a Markdown text, and one HTML page that needs nothing else.
 */
public final class Report {
    private final String title;
    private final List<String> notes = new ArrayList<>();
    private final List<Table> tables = new ArrayList<>();
    private final List<Curve> curves = new ArrayList<>();

    /** Rows of as many cells as there are columns; the first column names the row. */
    public record Table(String title, List<String> columns, List<List<String>> rows) {
        public Table {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
            for (var row : rows) {
                if (row.size() != columns.size()) {
                    throw new IllegalArgumentException("a row of " + row.size() + " cells under " + columns.size());
                }
            }
        }
    }

    /** Latency in microseconds at each of {@link #PERCENTILES}. */
    public record Curve(String name, List<Double> micros) {}

    /** The percentiles of every curve. */
    public static final List<Double> PERCENTILES = List.of(10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.5, 99.9, 99.99);

    public Report(String title) {
        this.title = title;
    }

    public Report note(String note) {
        notes.add(note);
        return this;
    }

    public Report table(Table table) {
        tables.add(table);
        return this;
    }

    public Report curve(String name, io.nearside.load.generator.RunResult result) {
        curves.add(new Curve(name, PERCENTILES.stream().map(result::micros).toList()));
        return this;
    }

    /** The report as text, columns aligned. */
    public String toText() {
        var text = new StringBuilder(title).append('\n');
        notes.forEach(note -> text.append("  ").append(note).append('\n'));
        for (var table : tables) {
            text.append('\n').append(table.title()).append('\n').append(TextTable.format(table));
        }
        return text.toString();
    }

    /** The report as Markdown, to be pasted into a document. */
    public String toMarkdown() {
        var text = new StringBuilder("### ").append(title).append("\n\n");
        notes.forEach(note -> text.append("- ").append(note).append('\n'));
        for (var table : tables) {
            text.append("\n").append(table.title()).append("\n\n");
            row(text, table.columns());
            text.append("|---")
                    .append("|--:".repeat(table.columns().size() - 1))
                    .append("|\n");
            table.rows().forEach(row -> row(text, row));
        }
        return text.toString();
    }

    private static void row(StringBuilder text, List<String> cells) {
        cells.forEach(cell -> text.append("| ").append(cell.replace("|", "\\|")).append(' '));
        text.append("|\n");
    }

    /** Writes {@code <name>.json}, {@code <name>.md} and {@code <name>.html} into {@code directory} and returns the page. */
    public Path write(Path directory, String name) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve(name + ".json"), toJson().encodePrettily());
            Files.writeString(directory.resolve(name + ".md"), toMarkdown());
            return Files.writeString(directory.resolve(name + ".html"), HtmlPage.render(title, notes, tables, curves));
        } catch (IOException e) {
            throw new UncheckedIOException("the report could not be written to " + directory, e);
        }
    }

    private JsonObject toJson() {
        var json = new JsonObject().put("title", title).put("notes", new JsonArray(notes));
        var jsonTables = new JsonArray();
        for (var table : tables) {
            var rows = new JsonArray();
            for (var row : table.rows()) {
                var object = new JsonObject();
                for (int i = 0; i < row.size(); i++) {
                    object.put(table.columns().get(i), row.get(i));
                }
                rows.add(object);
            }
            jsonTables.add(new JsonObject().put("title", table.title()).put("rows", rows));
        }
        var jsonCurves = new JsonArray();
        curves.forEach(curve -> jsonCurves.add(new JsonObject()
                .put("name", curve.name())
                .put("percentiles", new JsonArray(PERCENTILES))
                .put("micros", new JsonArray(curve.micros()))));
        return json.put("tables", jsonTables).put("latencies", jsonCurves);
    }
}
