package io.nearside.item;

/** A key attribute's name and type. */
public record KeyAttribute(String name, KeyType type) {
    public KeyAttribute {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name must not be empty");
        }
        java.util.Objects.requireNonNull(type, "type");
    }
}
