package io.nearside.proxy.operation;

import io.nearside.item.AttributeValue;
import io.nearside.proxy.expression.ExpressionParser;
import io.nearside.proxy.expression.InvalidExpressionException;
import io.nearside.proxy.expression.Operand;
import io.nearside.proxy.expression.Placeholders;
import io.nearside.proxy.expression.UpdateExpression;
import io.nearside.proxy.expression.UpdateExpression.Action;
import io.nearside.proxy.expression.UpdateExpression.Section;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What an UpdateItem does to the key attributes of indexes, as far as its request tells. Nothing is ever computed: what is
 * not set to a value of the request, or removed, is unknown.
 *
 * @param set attributes that are set to a value of the request
 * @param removed attributes that are removed
 * @param computed attributes that become something that only DynamoDB knows
 */
record AttributeChanges(Map<String, AttributeValue> set, Set<String> removed, Set<String> computed) {

    /**
     * Reads an UpdateItem.
     *
     * @param names the key attributes of its table's indexes; others are left out
     */
    static AttributeChanges of(ItemWrite write, Set<String> names) {
        Map<String, AttributeValue> set = new HashMap<>();
        Set<String> removed = new HashSet<>();
        Set<String> computed = new HashSet<>();
        try {
            if (write.member("AttributeUpdates") != null) {
                return new AttributeChanges(set, removed, names);
            }
            JsonSlice expression = write.member("UpdateExpression");
            if (expression != null) {
                for (Action action : parse(write, expression).actions()) {
                    String name = action.target().head();
                    if (!names.contains(name)) {
                        continue;
                    }
                    boolean whole = !action.target().isNested();
                    if (whole
                            && action.section() == Section.SET
                            && action.operand().orElse(null) instanceof Operand.Value value) {
                        set.put(name, value.value());
                    } else if (whole && action.section() == Section.REMOVE) {
                        removed.add(name);
                    } else {
                        computed.add(name);
                    }
                }
            }
            return new AttributeChanges(set, removed, computed);
        } catch (NotUnderstoodException | InvalidExpressionException e) {
            return new AttributeChanges(Map.of(), Set.of(), names);
        }
    }

    private static UpdateExpression parse(ItemWrite write, JsonSlice expression) throws NotUnderstoodException {
        JsonCursor text = expression.cursor();
        return new ExpressionParser(Placeholders.of(write.names(), write.values()))
                .update(text.text().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Whether any of the key attributes is changed. */
    boolean any() {
        return !set.isEmpty() || !removed.isEmpty() || !computed.isEmpty();
    }

    /** The item before the update, from what it was after. */
    IndexedImage before(IndexedImage after) {
        Set<String> unknown = new HashSet<>(set.keySet());
        unknown.addAll(removed);
        unknown.addAll(computed);
        return new IndexedImage(after.attributes(), unknown);
    }

    /** The item after the update, from what it was before and from its key. */
    IndexedImage after(IndexedImage before, IndexedImage key) {
        Map<String, AttributeValue> attributes = new HashMap<>(before.attributes());
        attributes.putAll(key.attributes());
        attributes.putAll(set);
        attributes.keySet().removeAll(removed);
        return new IndexedImage(attributes, computed);
    }
}
