package io.nearside.proxy.expression;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The paths of a projection as a tree. A node without children stands for a whole value; the children of any other are all
 * attributes or all list indices.
 *
 * <p>Callers choose how many paths there are and how they are called, so children are kept in order and found by halving,
 * which no choice of names makes slow. Immutable once {@link #of} has returned it.
 */
final class ProjectionNode {
    private static final Comparator<byte[]> SHORTER_FIRST =
            Comparator.<byte[]>comparingInt(name -> name.length).thenComparing(Arrays::compare);

    private final TreeMap<byte[], ProjectionNode> attributes = new TreeMap<>(SHORTER_FIRST);
    private final TreeMap<Integer, ProjectionNode> elements = new TreeMap<>();
    private byte[][] names = {};
    private ProjectionNode[] named = {};

    static ProjectionNode of(List<DocumentPath> paths) {
        ProjectionNode root = new ProjectionNode();
        for (DocumentPath path : paths) {
            ProjectionNode node = root;
            for (PathElement element : path.elements()) {
                node = node.child(element);
            }
        }
        root.freeze();
        return root;
    }

    private ProjectionNode child(PathElement element) {
        if (element instanceof PathElement.Index index) {
            return elements.computeIfAbsent(index.index(), key -> new ProjectionNode());
        }
        byte[] name = ((PathElement.Attribute) element).name().getBytes(UTF_8);
        return attributes.computeIfAbsent(name, key -> new ProjectionNode());
    }

    /** At most as deep as the longest path, {@value DocumentPath#MAX_ELEMENTS}. */
    private void freeze() {
        names = attributes.keySet().toArray(new byte[0][]);
        named = attributes.values().toArray(new ProjectionNode[0]);
        attributes.values().forEach(ProjectionNode::freeze);
        elements.values().forEach(ProjectionNode::freeze);
    }

    /** The child for a name given in UTF-8 without escapes, if its part is asked for. */
    @Nullable ProjectionNode attribute(byte[] name, int from, int to) {
        int low = 0;
        int high = names.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = compare(names[middle], name, from, to);
            if (order == 0) {
                return named[middle];
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    private static int compare(byte[] known, byte[] name, int from, int to) {
        int byLength = Integer.compare(known.length, to - from);
        return byLength != 0 ? byLength : Arrays.compare(known, 0, known.length, name, from, to);
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
}
