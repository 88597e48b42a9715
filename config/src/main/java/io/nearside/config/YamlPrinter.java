package io.nearside.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Prints a bound configuration as YAML with each value's origin in an aligned comment. */
final class YamlPrinter {
    private static final int WIDEST_ALIGNED = 60;
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/.][A-Za-z0-9_./@+:-]*(?<!:)");
    private static final Set<String> LOOKS_NULL = Set.of("null", "Null", "NULL");

    private final List<Line> lines = new ArrayList<>();

    String print(Bound.Fields root) {
        fields("", "", root);
        int width = lines.stream()
                .mapToInt(line -> line.text.length())
                .filter(w -> w <= WIDEST_ALIGNED)
                .max()
                .orElse(0);
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line.print(width)).append('\n'));
        return text.toString();
    }

    /** Prints keys; {@code first} opens the first line (a list element's dash), {@code indent} the others. */
    private void fields(String first, String indent, Bound.Fields map) {
        String lead = first;
        for (var field : map.fields().entrySet()) {
            field(lead + quoted(field.getKey()) + ":", indent, field.getValue());
            lead = indent;
        }
    }

    private void field(String opening, String indent, Bound bound) {
        if (bound instanceof Bound.Fields map && !map.fields().isEmpty()) {
            lines.add(new Line(opening, ""));
            fields(indent + "  ", indent + "  ", map);
        } else if (bound instanceof Bound.Elements list && !list.elements().isEmpty()) {
            lines.add(new Line(opening, ""));
            list.elements().forEach(element -> element(indent + "  ", element));
        } else {
            lines.add(new Line(opening + " " + inline(bound), origin(bound)));
        }
    }

    private void element(String indent, Bound bound) {
        if (bound instanceof Bound.Fields map && !map.fields().isEmpty()) {
            fields(indent + "- ", indent + "  ", map);
        } else if (bound instanceof Bound.Elements list && !list.elements().isEmpty()) {
            lines.add(new Line(indent + "-", ""));
            list.elements().forEach(element -> element(indent + "  ", element));
        } else {
            lines.add(new Line(indent + "- " + inline(bound), origin(bound)));
        }
    }

    private static String inline(Bound bound) {
        if (bound instanceof Bound.Leaf leaf) {
            return quoted(leaf.shown());
        }
        if (bound instanceof Bound.Absent) {
            return "null";
        }
        return bound instanceof Bound.Elements ? "[]" : "{}";
    }

    private static String origin(Bound bound) {
        return bound instanceof Bound.Absent ? "not set" : bound.origin().describe();
    }

    private static String quoted(String text) {
        if (PLAIN.matcher(text).matches() && !LOOKS_NULL.contains(text)) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(point -> escape(point, quoted));
        return quoted.append('"').toString();
    }

    private static void escape(int point, StringBuilder quoted) {
        switch (point) {
            case '"' -> quoted.append("\\\"");
            case '\\' -> quoted.append("\\\\");
            case '\n' -> quoted.append("\\n");
            case '\t' -> quoted.append("\\t");
            default -> {
                boolean printable = point >= ' ' && point < 0x7f;
                quoted.append(printable ? Character.toString(point) : String.format("\\U%08X", point));
            }
        }
    }

    private record Line(String text, String comment) {
        String print(int width) {
            if (comment.isEmpty()) {
                return text;
            }
            return text + " ".repeat(Math.max(0, width - text.length())) + "  # " + comment;
        }
    }
}
