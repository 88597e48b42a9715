package io.nearside.proxy.query;

import io.nearside.item.AttributeValue;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.proxy.expression.CanonicalWriter;
import io.nearside.proxy.expression.InvalidExpressionException;
import io.nearside.proxy.expression.ValueReader;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One page of a Query or Scan: its key, and what part of a partition it covers once its answer is known. Immutable.
 *
 * <p>A page covers the keys from its start key to its LastEvaluatedKey, or to the end of the key condition: what is written
 * within may change it, filtered out or not; what is written elsewhere cannot.
 */
public final class PageRequest {
    private final PageKey key;
    private final @Nullable KeyInterval remaining;
    private final KeySchema schema;
    private final boolean forward;

    private PageRequest(PageKey key, @Nullable KeyInterval remaining, KeySchema schema, boolean forward) {
        this.key = key;
        this.remaining = remaining;
        this.schema = schema;
        this.forward = forward;
    }

    /**
     * @param shape the canonical form of everything else
     * @param condition null for a scan
     * @param schema the key of the table or index that is read
     * @param ties whether several items may share a key, as in an index
     */
    static PageRequest of(
            byte[] shape,
            @Nullable KeyInterval condition,
            boolean forward,
            @Nullable Map<String, AttributeValue> startKey,
            KeySchema schema,
            boolean ties)
            throws NotUnderstoodException {
        PageKey key = key(shape, condition, schema, forward, startKey);
        KeyInterval remaining = condition;
        if (condition != null && startKey != null) {
            ItemKey start = inside(condition, KeyValues.key(schema, startKey));
            remaining = forward ? condition.from(behind(start, ties)) : condition.to(ahead(start, ties));
        }
        return new PageRequest(key, remaining, schema, forward);
    }

    private static PageKey key(
            byte[] shape,
            @Nullable KeyInterval condition,
            KeySchema schema,
            boolean forward,
            @Nullable Map<String, AttributeValue> startKey)
            throws NotUnderstoodException {
        try {
            CanonicalWriter writer = new CanonicalWriter().bytes(shape);
            if (condition != null) {
                attribute(schema.partition(), writer);
                attribute(schema.sort(), writer);
                writer.tag(forward ? '>' : '<').bytes(condition.partition().toBytes());
                cut(condition.low(), writer);
                cut(condition.high(), writer);
            }
            writer.tag(startKey == null ? '-' : '+');
            if (startKey != null) {
                writer.value(new AttributeValue.M(startKey));
            }
            return new PageKey(writer.toBytes());
        } catch (InvalidExpressionException e) {
            throw new NotUnderstoodException("a request too long to be remembered by");
        }
    }

    /** An index that was made again may have the same values in other attributes. */
    private static void attribute(@Nullable KeyAttribute attribute, CanonicalWriter writer) {
        if (attribute == null) {
            writer.tag('-');
        } else {
            writer.tag('k').string(attribute.name());
        }
    }

    private static void cut(Cut cut, CanonicalWriter writer) {
        writer.bytes(cut.bytes()).tag(cut.isAfter() ? '>' : '<');
    }

    /** A start key outside of the condition is refused by DynamoDB. */
    private static ItemKey inside(KeyInterval condition, ItemKey start) throws NotUnderstoodException {
        if (!start.partitionOnly().equals(condition.partition()) || !condition.contains(start)) {
            throw new NotUnderstoodException("a start key outside of the key condition");
        }
        return start;
    }

    /** Where a forward page that starts after a key begins. Of keys that tie with it, some may still be to come. */
    private static Cut behind(ItemKey start, boolean ties) {
        return ties ? Cut.before(start) : Cut.after(start);
    }

    /** Where a backward page that starts after a key begins, coming from above. */
    private static Cut ahead(ItemKey start, boolean ties) {
        return ties ? Cut.after(start) : Cut.before(start);
    }

    /** What the page is remembered under, together with its table. */
    public PageKey key() {
        return key;
    }

    /** Whether the page is a scan's: it covers its whole table or index, and every write there touches it. */
    public boolean coversAll() {
        return remaining == null;
    }

    /** The partition that a Query reads; null for a scan. */
    public @Nullable ItemKey partition() {
        return remaining == null ? null : remaining.partition();
    }

    /**
     * The keys that a page covers.
     *
     * @param answer the body that DynamoDB answered
     * @return empty if the page covers all keys of its table or index: see {@link #coversAll}
     * @throws NotUnderstoodException if the answer is not what a Query answers; such a page must not be kept
     */
    public Optional<KeyInterval> covered(JsonSlice answer) throws NotUnderstoodException {
        Map<String, AttributeValue> last = lastEvaluatedKey(answer);
        if (remaining == null) {
            return Optional.empty();
        }
        if (last == null) {
            return Optional.of(remaining);
        }
        ItemKey end = KeyValues.key(schema, last);
        if (!end.partitionOnly().equals(remaining.partition())) {
            throw new NotUnderstoodException("a last key of another partition");
        }
        return Optional.of(forward ? remaining.to(Cut.after(end)) : remaining.from(Cut.before(end)));
    }

    private static @Nullable Map<String, AttributeValue> lastEvaluatedKey(JsonSlice answer)
            throws NotUnderstoodException {
        Map<String, AttributeValue> last = null;
        JsonCursor cursor = answer.cursor();
        cursor.enterObject();
        while (cursor.nextName()) {
            if (cursor.nameIs("LastEvaluatedKey")) {
                last = ValueReader.readMap(cursor);
            } else {
                cursor.skipValue();
            }
        }
        return last;
    }
}
