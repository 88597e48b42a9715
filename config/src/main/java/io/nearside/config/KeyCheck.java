package io.nearside.config;

import java.util.Optional;

/** Reports keys that a section does not know, with the key that the writer most likely meant. */
final class KeyCheck {
    private final Shape.Section root;
    private final Problems problems;

    KeyCheck(Shape.Section root, Problems problems) {
        this.root = root;
        this.problems = problems;
    }

    void check(String path, Shape.Section section, Tree.Mapping written) {
        written.entries().forEach((key, value) -> {
            if (section.member(key).isEmpty()) {
                problems.add(Paths.key(path, key), value.origin(), advice(section, key));
            }
        });
    }

    private String advice(Shape.Section section, String key) {
        return renamed(section, key)
                .or(() -> removed(section, key))
                .or(() ->
                        Names.nearest(key, section.names()).map(near -> "unknown key; did you mean \"" + near + "\"?"))
                .or(() -> elsewhere("", root, Names.kebab(key))
                        .map(path -> "unknown key here; did you mean " + path + "?"))
                .orElseGet(() -> "unknown key; known here: " + String.join(", ", section.names()));
    }

    private static Optional<String> renamed(Shape.Section section, String key) {
        for (Shape.Member member : section.members()) {
            for (String former : member.setting().formerly()) {
                if (former.equals(key)) {
                    return Optional.of("was renamed to \"" + member.name() + "\"");
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> removed(Shape.Section section, String key) {
        for (RemovedSetting removed : section.removed()) {
            if (removed.key().equals(key)) {
                return Optional.of("was removed: " + removed.instead());
            }
        }
        return Optional.empty();
    }

    private static Optional<String> elsewhere(String path, Shape.Section section, String key) {
        for (Shape.Member member : section.members()) {
            String here = Paths.key(path, member.name());
            if (member.name().equals(key)) {
                return Optional.of(here);
            }
            if (member.shape() instanceof Shape.Section nested) {
                Optional<String> found = elsewhere(here, nested, key);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }
}
