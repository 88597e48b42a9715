package io.nearside.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The table of hazards in COHERENCE.md names every hazard, and for each of them tests that exist, or what is open. */
final class HazardsTest {

    private static final int HAZARDS = 42;

    /** Hazards that nothing covers yet; a test for one of them takes it out of here. */
    private static final Set<Integer> OPEN = Set.of(36, 40, 42);

    private static final Pattern ROW = Pattern.compile("^\\| (C\\d+(?:, C\\d+)*) [^|]*\\|(.*)\\|$", Pattern.MULTILINE);
    private static final Pattern NUMBER = Pattern.compile("C(\\d+)");
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+(?:Test|IT|Simulation))(?:\\.(\\w+))?`");

    /** @param method null if the whole class is meant */
    private record Named(String type, @Nullable String method) {}

    private static Map<Integer, List<Named>> table() throws IOException {
        Map<Integer, List<Named>> table = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("COHERENCE.md")));
        while (row.find()) {
            List<Named> tests = new ArrayList<>();
            Matcher name = NAME.matcher(row.group(2));
            while (name.find()) {
                tests.add(new Named(name.group(1), name.group(2)));
            }
            Matcher number = NUMBER.matcher(row.group(1));
            while (number.find()) {
                table.put(Integer.parseInt(number.group(1)), tests);
            }
        }
        return table;
    }

    /** The text of each test class of the modules, by its name; of namesakes one after the other. */
    private static Map<String, String> tests() throws IOException {
        Map<String, String> tests = new HashMap<>();
        for (String module : List.of("conflict-resolution", "proxy", "replicator")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test", "java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String name = Objects.requireNonNull(file.getFileName()).toString();
                    tests.merge(
                            name.substring(0, name.length() - ".java".length()),
                            Files.readString(file),
                            String::concat);
                }
            }
        }
        return tests;
    }

    @Test
    void table_namesEveryHazardAndATestForEachThatIsNotOpen() throws IOException {
        Map<Integer, List<Named>> table = table();
        for (int hazard = 1; hazard <= HAZARDS; hazard++) {
            assertThat(table).as("C%d", hazard).containsKey(hazard);
            assertThat(table.getOrDefault(hazard, List.of()).isEmpty())
                    .as("C%d is open", hazard)
                    .isEqualTo(OPEN.contains(hazard));
        }
    }

    @Test
    void testsOfTheTable_exist() throws IOException {
        Map<String, String> tests = tests();
        table().forEach((hazard, named) -> named.forEach(test -> assertThat(tests.getOrDefault(test.type(), ""))
                .as("C%d: %s", hazard, test)
                .containsPattern(test.method() == null ? "@" : "\\b" + test.method() + "\\b")));
    }
}
