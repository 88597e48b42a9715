package io.nearside.proxy.expression;

import java.util.List;

/**
 * The way to an attribute of an item, through maps and lists. The first element is the name of a top-level attribute.
 *
 * @param elements 1 to 32
 */
public record DocumentPath(List<PathElement> elements) {
    static final int MAX_ELEMENTS = 32;

    public DocumentPath {
        elements = List.copyOf(elements);
        if (elements.isEmpty() || !(elements.get(0) instanceof PathElement.Attribute)) {
            throw new IllegalArgumentException("a document path starts with an attribute's name");
        }
    }

    /** The path of a top-level attribute whose name is taken as it is, dots and all. */
    public static DocumentPath ofAttribute(String name) {
        return new DocumentPath(List.of(new PathElement.Attribute(name)));
    }

    /** The top-level attribute that the path starts at. */
    public String head() {
        return ((PathElement.Attribute) elements.get(0)).name();
    }

    /** Whether the path leads into an attribute rather than to a whole one. */
    public boolean isNested() {
        return elements.size() > 1;
    }

    /** As DynamoDB's messages show a path: {@code [a, b, [1]]}. */
    @Override
    public String toString() {
        return elements.toString();
    }
}
