package io.nearside.proxy.expression;

/** One step of a document path. */
public sealed interface PathElement {
    /**
     * An attribute of an item or of a map.
     *
     * @param name the attribute's own name, placeholders replaced
     */
    record Attribute(String name) implements PathElement {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * An element of a list.
     *
     * @param index counted from 0
     */
    record Index(int index) implements PathElement {
        @Override
        public String toString() {
            return "[" + index + "]";
        }
    }
}
