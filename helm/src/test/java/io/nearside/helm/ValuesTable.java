package io.nearside.helm;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values of the chart as a Markdown table, made from values.yaml: each key with its default and the {@code # --} lines above it. */
final class ValuesTable {

    private static final Pattern KEY = Pattern.compile("^( *)([A-Za-z][A-Za-z0-9]*):.*");
    private static final Pattern DESCRIPTION = Pattern.compile("^ *# -- (.*)");
    private static final Pattern CONTINUATION = Pattern.compile("^ *# (.*)");
    private static final int INDENT = 2;

    private final Map<String, String> descriptions = new LinkedHashMap<>();
    private final JsonNode values;

    ValuesTable(Path file) throws IOException {
        values = new YAMLMapper().readTree(file.toFile());
        readDescriptions(Files.readAllLines(file));
    }

    /** Dotted names to descriptions, in the file's order. */
    Map<String, String> descriptions() {
        return descriptions;
    }

    /** Dotted names of all values that no description covers, themselves or above. */
    List<String> undescribed() {
        List<String> found = new ArrayList<>();
        collectUndescribed("", values, found);
        return found;
    }

    String toMarkdown() {
        StringBuilder table = new StringBuilder("| Value | Default | What it does |\n|---|---|---|\n");
        descriptions.forEach((name, description) -> table.append("| `")
                .append(name)
                .append("` | `")
                .append(values.at(pointer(name)))
                .append("` | ")
                .append(description)
                .append(" |\n"));
        return table.toString();
    }

    private static JsonPointer pointer(String name) {
        return JsonPointer.compile("/" + name.replace('.', '/'));
    }

    private void readDescriptions(List<String> lines) {
        Deque<String> path = new ArrayDeque<>();
        StringBuilder description = new StringBuilder();
        for (String line : lines) {
            Matcher start = DESCRIPTION.matcher(line);
            Matcher continuation = CONTINUATION.matcher(line);
            Matcher key = KEY.matcher(line);
            if (start.matches()) {
                description.append(start.group(1));
            } else if (!description.isEmpty() && continuation.matches()) {
                description.append(' ').append(continuation.group(1));
            } else if (key.matches()) {
                enter(path, key.group(1).length() / INDENT, key.group(2));
                record(path, description);
            } else {
                description.setLength(0);
            }
        }
    }

    private static void enter(Deque<String> path, int depth, String key) {
        while (path.size() > depth) {
            path.removeLast();
        }
        path.addLast(key);
    }

    private void record(Deque<String> path, StringBuilder description) {
        if (!description.isEmpty()) {
            descriptions.put(String.join(".", path), description.toString());
            description.setLength(0);
        }
    }

    private void collectUndescribed(String name, JsonNode node, List<String> found) {
        if (descriptions.containsKey(name)) {
            return;
        }
        if (!node.isObject() || node.isEmpty()) {
            found.add(name);
        }
        node.properties()
                .forEach(entry -> collectUndescribed(
                        name.isEmpty() ? entry.getKey() : name + "." + entry.getKey(), entry.getValue(), found));
    }
}
