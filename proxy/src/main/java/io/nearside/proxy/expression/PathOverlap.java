package io.nearside.proxy.expression;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whether two document paths could mean the same part of an item, which projections and updates must not. */
final class PathOverlap {
    private PathOverlap() {}

    /** Linear in the paths where none overlap; else it looks for the pair that DynamoDB names, and stops there. */
    static void check(List<DocumentPath> paths, Faults faults) {
        Node root = new Node();
        for (DocumentPath path : paths) {
            if (!root.add(path)) {
                noteFirst(paths, faults);
                return;
            }
        }
    }

    private static void noteFirst(List<DocumentPath> paths, Faults faults) {
        for (int second = 1; second < paths.size(); second++) {
            for (int first = 0; first < second; first++) {
                String verb = relation(paths.get(first), paths.get(second));
                if (!verb.isEmpty()) {
                    faults.note(Faults.Kind.OVERLAP, message(verb, paths.get(first), paths.get(second)));
                    return;
                }
            }
        }
    }

    /** What two paths do with each other; empty if nothing. */
    private static String relation(DocumentPath one, DocumentPath two) {
        int common = Math.min(one.elements().size(), two.elements().size());
        for (int i = 0; i < common; i++) {
            PathElement left = one.elements().get(i);
            PathElement right = two.elements().get(i);
            if (left.getClass() != right.getClass()) {
                return "conflict";
            }
            if (!left.equals(right)) {
                return "";
            }
        }
        return "overlap";
    }

    /** A place that paths lead to: an end of one, or with children of one kind. */
    private static final class Node {
        private final Map<PathElement, Node> children = new HashMap<>();
        private boolean end;
        private boolean indexed;

        /** Whether the path goes together with those before it. */
        boolean add(DocumentPath path) {
            Node node = this;
            for (PathElement element : path.elements()) {
                boolean index = element instanceof PathElement.Index;
                if (node.end || (!node.children.isEmpty() && node.indexed != index)) {
                    return false;
                }
                node.indexed = index;
                node = node.children.computeIfAbsent(element, step -> new Node());
            }
            boolean alone = !node.end && node.children.isEmpty();
            node.end = true;
            return alone;
        }
    }

    private static String message(String verb, DocumentPath one, DocumentPath two) {
        return "Two document paths " + verb + " with each other; must remove or rewrite one of these paths; path one: "
                + one + ", path two: " + two;
    }
}
