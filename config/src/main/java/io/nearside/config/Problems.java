package io.nearside.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong while a configuration is read, so that an operator hears everything at once. */
final class Problems {
    private static final Comparator<Problem> READING_ORDER = Comparator.comparing(
            problem -> problem.origin() instanceof Origin.FileLine place ? place.line() : Integer.MAX_VALUE);

    private final String source;
    private final List<Problem> found = new ArrayList<>();

    Problems(String source) {
        this.source = source;
    }

    void add(String path, Origin origin, String message) {
        found.add(new Problem(path, origin, message));
    }

    int count() {
        return found.size();
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw exception();
        }
    }

    ConfigException exception() {
        return new ConfigException(source, found.stream().sorted(READING_ORDER).toList());
    }
}
