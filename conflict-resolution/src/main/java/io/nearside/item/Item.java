package io.nearside.item;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An item, or the key attributes of one: attribute names and values; immutable. Equal items are equal however they were spelled. */
public record Item(Map<String, AttributeValue> attributes) {
    /** An item without attributes. */
    public static final Item EMPTY = new Item(Map.of());

    public Item {
        attributes = Map.copyOf(attributes);
    }

    /** The value of an attribute, null if the item has no such attribute. */
    public @Nullable AttributeValue get(String name) {
        return attributes.get(name);
    }

    /** This item with one attribute set. */
    public Item with(String name, AttributeValue value) {
        Map<String, AttributeValue> changed = new HashMap<>(attributes);
        changed.put(name, value);
        return new Item(changed);
    }

    /** This item without one attribute; itself, if it has no such attribute. */
    public Item without(String name) {
        if (!attributes.containsKey(name)) {
            return this;
        }
        Map<String, AttributeValue> changed = new HashMap<>(attributes);
        changed.remove(name);
        return new Item(changed);
    }

    /** The names only: contents of items do not belong in logs. */
    @Override
    public String toString() {
        return "Item" + attributes.keySet();
    }
}
