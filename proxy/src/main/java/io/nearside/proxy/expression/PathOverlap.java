package io.nearside.proxy.expression;

import java.util.List;

/** Whether two document paths could mean the same part of an item, which projections and updates must not. */
final class PathOverlap {
    private PathOverlap() {}

    static void check(List<DocumentPath> paths, Faults faults) {
        for (int second = 1; second < paths.size(); second++) {
            for (int first = 0; first < second; first++) {
                check(paths.get(first), paths.get(second), faults);
            }
        }
    }

    private static void check(DocumentPath one, DocumentPath two, Faults faults) {
        int common = Math.min(one.elements().size(), two.elements().size());
        for (int i = 0; i < common; i++) {
            PathElement left = one.elements().get(i);
            PathElement right = two.elements().get(i);
            if (left.getClass() != right.getClass()) {
                faults.note(Faults.Kind.OVERLAP, message("conflict", one, two));
                return;
            }
            if (!left.equals(right)) {
                return;
            }
        }
        faults.note(Faults.Kind.OVERLAP, message("overlap", one, two));
    }

    private static String message(String verb, DocumentPath one, DocumentPath two) {
        return "Two document paths " + verb + " with each other; must remove or rewrite one of these paths; path one: "
                + one + ", path two: " + two;
    }
}
