package io.nearside.proxy.expression;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which parts of an item a read asks for, evaluated on the item's own JSON bytes with DynamoDB's quirks: an item in which no
 * path leads anywhere gives <code>{}</code>; maps and lists on the way appear with only the parts asked for, and not at all
 * if nothing in them was found; elements of a list keep their order and close up.
 *
 * <p>Immutable and safe for use from any thread.
 */
public final class Projection {
    private final List<DocumentPath> paths;
    private final ProjectionNode root;
    private final Set<String> entered;

    private Projection(List<DocumentPath> paths) {
        this.paths = List.copyOf(paths);
        this.root = ProjectionNode.of(paths);
        this.entered = paths.stream()
                .filter(DocumentPath::isNested)
                .map(DocumentPath::head)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The projection on paths that do not overlap. */
    static Projection of(List<DocumentPath> paths) {
        return new Projection(paths);
    }

    /**
     * The projection that the legacy parameter AttributesToGet asks for: whole top-level attributes, by their names as they
     * are.
     *
     * @throws InvalidExpressionException if a name is given twice, with DynamoDB's message
     */
    public static Projection ofAttributes(List<String> names) {
        Set<String> seen = new HashSet<>();
        List<DocumentPath> paths = new ArrayList<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new InvalidExpressionException(
                        "One or more parameter values were invalid: Duplicate value in attribute name: " + name);
            }
            paths.add(DocumentPath.ofAttribute(name));
        }
        return of(paths);
    }

    /** The paths in the order in which they were written. */
    public List<DocumentPath> paths() {
        return paths;
    }

    /** The top-level attributes that are not wanted as a whole: those that paths lead into. */
    public Set<String> entered() {
        return entered;
    }

    /**
     * Projects an item.
     *
     * @param json holds the item: attributes in DynamoDB's JSON, <code>{"a":{"S":"x"},...}</code>, in valid JSON
     * @param from where its opening brace is
     * @param to just behind its closing brace
     * @return the projected item, in an array of its own
     * @throws MalformedItemException if the bytes are not an item
     */
    public byte[] apply(byte[] json, int from, int to) {
        byte[] target = new byte[to - from];
        int end = apply(json, from, to, target, 0);
        return Arrays.copyOf(target, end);
    }

    /**
     * Projects an item into an array that has room for the whole item.
     *
     * @return where the projected item ends in {@code target}
     * @throws MalformedItemException if the bytes are not an item
     */
    public int apply(byte[] json, int from, int to, byte[] target, int targetFrom) {
        return new ItemProjector(json, from, to, target, targetFrom).project(root);
    }
}
