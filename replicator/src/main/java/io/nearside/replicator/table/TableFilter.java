package io.nearside.replicator.table;

import io.nearside.item.AttributeValue;
import io.nearside.item.DynamoNumber;
import io.nearside.item.InvalidNumberException;
import io.nearside.item.Item;
import io.nearside.item.KeySchema;
import org.jspecify.annotations.Nullable;

/**
 * Which items of other regions a region takes in; see adr/0001-filters-at-the-taker.md.
 *
 * @param keyPrefix what the partition key begins with, which must be a string; null: any key
 * @param attribute an attribute that the item has at its top level; null: none in particular
 * @param value what that attribute is, spelled as in the configuration; null: anything
 */
public record TableFilter(
        @Nullable String keyPrefix,
        @Nullable String attribute,
        @Nullable String value) {

    /** Takes in everything. */
    public static final TableFilter ALL = new TableFilter(null, null, null);

    /** Whether an item is taken in as it is. */
    public boolean accepts(KeySchema schema, Item item) {
        return acceptsKey(schema, item) && acceptsImage(item);
    }

    /** Whether an item with this key can ever be taken in. */
    public boolean acceptsKey(KeySchema schema, Item keyAttributes) {
        return keyPrefix == null
                || (keyAttributes.get(schema.partition().name()) instanceof AttributeValue.S key
                        && key.value().startsWith(keyPrefix));
    }

    /** Whether an item whose key is accepted is taken in as it is. */
    public boolean acceptsImage(Item image) {
        if (attribute == null) {
            return true;
        }
        AttributeValue held = image.get(attribute);
        return held != null && (value == null || isValue(held, value));
    }

    private static boolean isValue(AttributeValue held, String value) {
        if (held instanceof AttributeValue.S string) {
            return string.value().equals(value);
        }
        if (held instanceof AttributeValue.N number) {
            return isNumber(number.value(), value);
        }
        return held instanceof AttributeValue.Bool bool
                && Boolean.toString(bool.value()).equals(value);
    }

    private static boolean isNumber(String held, String value) {
        try {
            return DynamoNumber.canonical(held).equals(DynamoNumber.canonical(value));
        } catch (InvalidNumberException e) {
            return false;
        }
    }
}
