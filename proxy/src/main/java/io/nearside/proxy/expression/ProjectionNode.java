package io.nearside.proxy.expression;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The paths of a projection as a tree. A node without children stands for a whole value; the children of any other are all
 * attributes or all list indices.
 */
final class ProjectionNode {
    private final List<Child> attributes = new ArrayList<>();
    private final TreeMap<Integer, ProjectionNode> elements = new TreeMap<>();

    static ProjectionNode of(List<DocumentPath> paths) {
        ProjectionNode root = new ProjectionNode();
        for (DocumentPath path : paths) {
            ProjectionNode node = root;
            for (PathElement element : path.elements()) {
                node = node.child(element);
            }
        }
        return root;
    }

    private ProjectionNode child(PathElement element) {
        if (element instanceof PathElement.Index index) {
            return elements.computeIfAbsent(index.index(), key -> new ProjectionNode());
        }
        byte[] name = ((PathElement.Attribute) element).name().getBytes(UTF_8);
        ProjectionNode known = attribute(name, 0, name.length);
        if (known != null) {
            return known;
        }
        ProjectionNode fresh = new ProjectionNode();
        attributes.add(new Child(name, fresh));
        return fresh;
    }

    /** The child for a name given in UTF-8 without escapes, if its part is asked for. */
    @Nullable ProjectionNode attribute(byte[] name, int from, int to) {
        for (Child child : attributes) {
            if (Arrays.equals(child.name, 0, child.name.length, name, from, to)) {
                return child.node;
            }
        }
        return null;
    }

    @Nullable ProjectionNode element(int index) {
        return elements.get(index);
    }

    boolean isWhole() {
        return attributes.isEmpty() && elements.isEmpty();
    }

    /** Whether parts of a map are asked for. */
    boolean wantsMap() {
        return !attributes.isEmpty();
    }

    /** Whether parts of a list are asked for. */
    boolean wantsList() {
        return !elements.isEmpty();
    }

    private static final class Child {
        private final byte[] name;
        private final ProjectionNode node;

        private Child(byte[] name, ProjectionNode node) {
            this.name = name;
            this.node = node;
        }
    }
}
