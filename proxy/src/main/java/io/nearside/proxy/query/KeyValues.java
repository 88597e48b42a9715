package io.nearside.proxy.query;

import io.nearside.item.AttributeValue;
import io.nearside.item.InvalidKeyException;
import io.nearside.item.InvalidNumberException;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.proxy.json.NotUnderstoodException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes canonical keys of the key attributes in requests and answers. */
final class KeyValues {
    private KeyValues() {}

    /** The key of a partition. */
    static ItemKey partition(KeySchema schema, AttributeValue value) throws NotUnderstoodException {
        return key(
                new KeySchema(schema.partition(), null),
                Map.of(schema.partition().name(), value));
    }

    /** The canonical bytes of a key of this partition, by the value of its sort key. */
    static byte[] sorted(KeySchema schema, AttributeValue partition, AttributeValue sort)
            throws NotUnderstoodException {
        KeyAttribute attribute = schema.sort();
        if (attribute == null) {
            throw new NotUnderstoodException("a condition on a sort key that is not there");
        }
        return key(schema, Map.of(schema.partition().name(), partition, attribute.name(), sort))
                .toBytes();
    }

    /** The key that an item or a LastEvaluatedKey has in a table or index. */
    static ItemKey key(KeySchema schema, Map<String, AttributeValue> attributes) throws NotUnderstoodException {
        try {
            return ItemKey.of(schema, new Item(attributes));
        } catch (InvalidKeyException | InvalidNumberException e) {
            throw new NotUnderstoodException("a key that DynamoDB would refuse");
        }
    }

    /** Refuses a start key that has not exactly the attributes of the table's and the index's key. */
    static void checkStartKey(Set<String> names, KeySchema table, @Nullable KeySchema index)
            throws NotUnderstoodException {
        Set<String> expected = new HashSet<>(names(table));
        if (index != null) {
            expected.addAll(names(index));
        }
        if (!names.equals(expected)) {
            throw new NotUnderstoodException("a start key that DynamoDB would refuse");
        }
    }

    private static Set<String> names(KeySchema schema) {
        KeyAttribute sort = schema.sort();
        return sort == null
                ? Set.of(schema.partition().name())
                : new HashSet<>(Arrays.asList(schema.partition().name(), sort.name()));
    }
}
