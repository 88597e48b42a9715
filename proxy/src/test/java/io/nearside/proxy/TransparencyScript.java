package io.nearside.proxy;

import io.nearside.proxy.operation.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Calls of the DynamoDB API as {@code transparency.txt} lists them. */
final class TransparencyScript {

    private static final Pattern CALL = Pattern.compile("([A-Z]\\w+) (.*)");
    private static final Pattern PLACEHOLDER = Pattern.compile("<(\\w+)>");

    private TransparencyScript() {}

    /** A call, or with an empty operation a member of the last answer that is kept under the name {@code body}. */
    record Line(int number, String operation, String body) {

        boolean isCall() {
            return !operation.isEmpty();
        }
    }

    /** What one side has kept of its answers; they are different ones on the other. */
    static final class Kept {

        private final Map<String, String> values = new HashMap<>();

        /** @param nameAndPath a name, a blank, and the path of a member of the answer */
        void keep(String nameAndPath, Object answer) {
            String[] words = nameAndPath.split(" ", 2);
            values.put(words[0], String.valueOf(JsonTree.at(answer, words[1])));
        }

        /** The text with what was kept in its places; {@code <number>} stands for that many x. */
        String filled(String text) {
            return PLACEHOLDER
                    .matcher(text)
                    .replaceAll(name -> Matcher.quoteReplacement(
                            name.group(1).matches("\\d+")
                                    ? "x".repeat(Integer.parseInt(name.group(1)))
                                    : values.getOrDefault(name.group(1), name.group())));
        }
    }

    static List<Line> read() {
        List<String> text = resource("transparency.txt");
        List<Line> lines = new ArrayList<>();
        for (int i = 2; i < text.size(); i++) {
            String line = text.get(i);
            Matcher call = CALL.matcher(line);
            if (line.startsWith("@")) {
                lines.add(new Line(i + 1, "", line.substring(1)));
            } else if (call.matches()) {
                lines.add(new Line(i + 1, call.group(1), call.group(2)));
            }
        }
        return lines;
    }

    /** The lines of a file beside this class. */
    static List<String> resource(String name) {
        try (InputStream in = Objects.requireNonNull(TransparencyScript.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Operation operation(String name) {
        for (Operation operation : Operation.values()) {
            if (operation.label().equals(name)) {
                return operation;
            }
        }
        throw new IllegalArgumentException("no operation " + name);
    }
}
