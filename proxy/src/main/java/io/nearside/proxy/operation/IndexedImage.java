package io.nearside.proxy.operation;

import io.nearside.item.AttributeValue;
import io.nearside.item.InvalidKeyException;
import io.nearside.item.InvalidNumberException;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.proxy.cache.IndexKeys;
import io.nearside.proxy.expression.ValueReader;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.operation.TableDescription.Index;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * As much of an item, at one moment, as its places in secondary indexes depend on.
 *
 * @param attributes key attributes of indexes, those that the item had
 * @param unknown key attributes of indexes of which it is not known whether the item had them, and what they said
 */
record IndexedImage(Map<String, AttributeValue> attributes, Set<String> unknown) {

    /** There was no item. */
    static final IndexedImage ABSENT = new IndexedImage(Map.of(), Set.of());

    IndexedImage {
        attributes = Map.copyOf(attributes);
        unknown = Set.copyOf(unknown);
    }

    /**
     * Reads an item.
     *
     * @param names the key attributes of its table's indexes
     */
    static IndexedImage read(JsonSlice item, Set<String> names) throws NotUnderstoodException {
        Map<String, AttributeValue> found = new HashMap<>();
        JsonCursor cursor = item.cursor();
        cursor.enterObject();
        while (cursor.nextName()) {
            String name = cursor.nameText();
            if (!names.contains(name)) {
                cursor.skipValue();
            } else if (found.put(name, ValueReader.read(cursor)) != null) {
                throw new NotUnderstoodException("an attribute given twice");
            }
        }
        return new IndexedImage(found, Set.of());
    }

    /** Where the item stood before and after, in every index of its table. */
    static List<IndexKeys> places(List<Index> indexes, IndexedImage before, IndexedImage after) {
        return indexes.stream().map(index -> place(index, before, after)).toList();
    }

    private static IndexKeys place(Index index, IndexedImage before, IndexedImage after) {
        KeySchema schema = index.key();
        if (schema == null) {
            return new IndexKeys(index.name(), index.global(), List.of(), true);
        }
        boolean unknown = !before.knows(schema) || !after.knows(schema);
        List<ItemKey> keys = new ArrayList<>(2);
        try {
            for (IndexedImage image : List.of(before, after)) {
                ItemKey key = image.key(schema);
                if (key != null && !keys.contains(key)) {
                    keys.add(key);
                }
            }
        } catch (InvalidKeyException | InvalidNumberException e) {
            // The index came later than the item, whose attribute cannot be its key.
            unknown = true;
        }
        return new IndexKeys(index.name(), index.global(), keys, unknown);
    }

    private boolean knows(KeySchema schema) {
        KeyAttribute sort = schema.sort();
        return !unknown.contains(schema.partition().name()) && (sort == null || !unknown.contains(sort.name()));
    }

    /** The item's key in an index; null if it is not in it, or not known to be. */
    private @Nullable ItemKey key(KeySchema schema) {
        KeyAttribute sort = schema.sort();
        boolean there = attributes.containsKey(schema.partition().name())
                && (sort == null || attributes.containsKey(sort.name()));
        return there && knows(schema) ? ItemKey.of(schema, new Item(attributes)) : null;
    }
}
