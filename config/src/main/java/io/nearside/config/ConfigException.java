package io.nearside.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used, with everything that is wrong with it. The message is written for an operator. */
public final class ConfigException extends RuntimeException {
    private final transient List<Problem> problems;

    ConfigException(String source, List<Problem> problems) {
        super(describe(source, problems));
        this.problems = List.copyOf(problems);
    }

    /** All problems: those of the file in the order of its lines, then those of environment variables; never empty. */
    public List<Problem> problems() {
        return problems;
    }

    private static String describe(String source, List<Problem> problems) {
        String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
        return problems.stream()
                .map(problem -> "  " + problem)
                .collect(Collectors.joining("\n", source + " has " + count + ":\n", ""));
    }
}
