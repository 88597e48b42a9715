package io.nearside.proxy.query;

import io.nearside.item.AttributeValue;
import io.nearside.item.KeySchema;
import io.nearside.proxy.expression.CanonicalWriter;
import io.nearside.proxy.expression.Condition;
import io.nearside.proxy.expression.ExpressionKind;
import io.nearside.proxy.expression.ExpressionParser;
import io.nearside.proxy.expression.InvalidExpressionException;
import io.nearside.proxy.expression.Placeholders;
import io.nearside.proxy.expression.Projection;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.name.TableNames;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Query or Scan as its bytes say it, before the table's key is known. Immutable.
 *
 * <p>Read only if every part of it is understood, in expressions or in the legacy parameters that say the same; a request that
 * DynamoDB might refuse, or that has a member invented after this code was written, is {@link NotUnderstoodException} and
 * DynamoDB's to answer.
 */
public final class QueryRequest {
    /** An expression may use one long value hundreds of times; no page is worth that work. */
    private static final int LONGEST_BODY = 256 * 1024;

    private static final Set<String> COMMON = Set.of(
            "TableName",
            "IndexName",
            "Select",
            "AttributesToGet",
            "Limit",
            "ConsistentRead",
            "ConditionalOperator",
            "ExclusiveStartKey",
            "ReturnConsumedCapacity",
            "ProjectionExpression",
            "FilterExpression",
            "ExpressionAttributeNames",
            "ExpressionAttributeValues");
    private static final Set<String> QUERY =
            Set.of("KeyConditions", "QueryFilter", "ScanIndexForward", "KeyConditionExpression");
    private static final Set<String> SCAN = Set.of("ScanFilter", "Segment", "TotalSegments");

    private final Kind kind;
    private final Members members;
    private final String table;
    private final @Nullable String index;
    private final Placeholders placeholders;
    private final @Nullable Condition keyCondition;
    private final @Nullable Map<String, LegacyCondition> legacyKeyCondition;
    private final @Nullable Map<String, AttributeValue> startKey;
    private final byte[] shape;

    /** Which of the two operations. */
    public enum Kind {
        QUERY,
        SCAN
    }

    private QueryRequest(Kind kind, Members members) throws NotUnderstoodException {
        this.kind = kind;
        this.members = members;
        this.table = name("TableName");
        this.index = members.has("IndexName") ? name("IndexName") : null;
        this.placeholders = Placeholders.of(
                members.strings("ExpressionAttributeNames"), members.values("ExpressionAttributeValues"));
        this.startKey = members.values("ExclusiveStartKey");
        refuseMixture();
        ExpressionParser parser = new ExpressionParser(placeholders);
        byte[] keyText = members.utf8("KeyConditionExpression");
        this.keyCondition = keyText == null ? null : parser.condition(ExpressionKind.KEY_CONDITION, keyText);
        this.legacyKeyCondition = legacy("KeyConditions");
        this.shape = shape(parser);
        placeholders.checkAllUsed();
    }

    /** Reads a request's body once. */
    public static QueryRequest read(Kind kind, JsonSlice body) throws NotUnderstoodException {
        if (body.length() > LONGEST_BODY) {
            throw new NotUnderstoodException("a request too long to be worth reading");
        }
        Set<String> own = kind == Kind.QUERY ? QUERY : SCAN;
        Members members = Members.read(body, COMMON, own);
        try {
            return new QueryRequest(kind, members);
        } catch (InvalidExpressionException e) {
            throw new NotUnderstoodException("an expression that DynamoDB would refuse");
        }
    }

    /** Which operation it is. */
    public Kind kind() {
        return kind;
    }

    /** The table's name. */
    public String table() {
        return table;
    }

    /** The index's name; null for the table itself. */
    public @Nullable String index() {
        return index;
    }

    /** Whether a strongly consistent read is asked for: no part of the page's key. */
    public boolean consistent() throws NotUnderstoodException {
        return members.bool("ConsistentRead", false);
    }

    /** What ReturnConsumedCapacity says, {@code NONE} if nothing: no part of the page's key. */
    public String returnConsumedCapacity() throws NotUnderstoodException {
        String mode = members.string("ReturnConsumedCapacity");
        return oneOf(mode == null ? "NONE" : mode, "NONE", "TOTAL", "INDEXES");
    }

    /**
     * The page that the request asks for.
     *
     * @param tableKey the table's key
     * @param indexKey the index's key; null exactly if the request names no index
     */
    public PageRequest page(KeySchema tableKey, @Nullable KeySchema indexKey) throws NotUnderstoodException {
        if ((index == null) != (indexKey == null)) {
            throw new IllegalArgumentException("a key for an index, or none, where the request has it otherwise");
        }
        returnConsumedCapacity();
        consistent();
        KeySchema key = indexKey == null ? tableKey : indexKey;
        if (startKey != null) {
            KeyValues.checkStartKey(startKey.keySet(), tableKey, indexKey);
        }
        KeyInterval condition = kind == Kind.QUERY ? condition(key) : null;
        boolean forward = members.bool("ScanIndexForward", true);
        return PageRequest.of(shape, condition, forward, startKey, key, index != null);
    }

    private KeyInterval condition(KeySchema key) throws NotUnderstoodException {
        if (keyCondition != null) {
            return KeyCondition.of(keyCondition, key);
        }
        if (legacyKeyCondition == null) {
            throw new NotUnderstoodException("a query without a key condition");
        }
        return KeyCondition.of(legacyKeyCondition, key);
    }

    /** Everything but the key condition, the direction and the start key, canonically. */
    private byte[] shape(ExpressionParser parser) throws NotUnderstoodException {
        CanonicalWriter writer = new CanonicalWriter();
        writer.tag(kind == Kind.QUERY ? 'Q' : 'S').string(index == null ? "" : index);
        writer.count(members.number("Limit", 1, Integer.MAX_VALUE) + 1L);
        segment(writer);
        filter(parser, writer);
        selection(parser, writer);
        return writer.toBytes();
    }

    private void segment(CanonicalWriter writer) throws NotUnderstoodException {
        int total = members.number("TotalSegments", 1, 1_000_000);
        int segment = members.number("Segment", 0, 999_999);
        if ((total < 0) != (segment < 0) || segment >= Math.max(total, 0)) {
            throw new NotUnderstoodException("a segment that DynamoDB would refuse");
        }
        // One segment of one is the whole scan.
        boolean whole = total <= 1;
        writer.count(whole ? 0 : total).count(whole ? 0 : segment);
    }

    private void filter(ExpressionParser parser, CanonicalWriter writer) throws NotUnderstoodException {
        byte[] text = members.utf8("FilterExpression");
        Map<String, LegacyCondition> legacy = legacy(kind == Kind.QUERY ? "QueryFilter" : "ScanFilter");
        String operator = members.string("ConditionalOperator");
        if (operator != null && (legacy == null || legacy.size() < 2)) {
            throw new NotUnderstoodException("a conditional operator with nothing to join");
        }
        if (text != null) {
            writer.tag('F').condition(parser.condition(ExpressionKind.FILTER, text));
        } else if (legacy != null && !legacy.isEmpty()) {
            boolean any = operator != null && oneOf(operator, "AND", "OR").equals("OR");
            LegacyCondition.write(legacy, any, writer.tag('L'));
        } else {
            writer.tag('-');
        }
    }

    private void selection(ExpressionParser parser, CanonicalWriter writer) throws NotUnderstoodException {
        byte[] text = members.utf8("ProjectionExpression");
        List<String> attributes = members.list("AttributesToGet");
        String select = members.string("Select");
        if (text != null || attributes != null) {
            if (select != null) {
                oneOf(select, "SPECIFIC_ATTRIBUTES");
            }
            if (attributes != null && attributes.isEmpty()) {
                throw new NotUnderstoodException("no attributes to get");
            }
            Projection projection = text != null
                    ? parser.projection(text)
                    : Projection.ofAttributes(attributes == null ? List.of() : attributes);
            writer.tag('P').projection(projection);
            return;
        }
        String otherwise = index == null ? "ALL_ATTRIBUTES" : "ALL_PROJECTED_ATTRIBUTES";
        String chosen = select == null ? otherwise : select;
        writer.string(
                index == null
                        ? oneOf(chosen, "ALL_ATTRIBUTES", "COUNT")
                        : oneOf(chosen, "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "COUNT"));
    }

    private @Nullable Map<String, LegacyCondition> legacy(String member) throws NotUnderstoodException {
        JsonCursor cursor = members.cursor(member);
        return cursor == null ? null : LegacyCondition.readAll(cursor);
    }

    private void refuseMixture() throws NotUnderstoodException {
        boolean expressions = members.hasAny(
                "ProjectionExpression",
                "FilterExpression",
                "KeyConditionExpression",
                "ExpressionAttributeNames",
                "ExpressionAttributeValues");
        boolean legacy =
                members.hasAny("AttributesToGet", "QueryFilter", "ScanFilter", "ConditionalOperator", "KeyConditions");
        if (expressions && legacy) {
            throw new NotUnderstoodException("expressions and legacy parameters in one request");
        }
    }

    private String name(String member) throws NotUnderstoodException {
        String name = members.string(member);
        if (name == null || !TableNames.isPlain(name)) {
            throw new NotUnderstoodException("a name that is missing, an ARN, or refused by DynamoDB");
        }
        return name;
    }

    private static String oneOf(String value, String... accepted) throws NotUnderstoodException {
        if (!List.of(accepted).contains(value)) {
            throw new NotUnderstoodException("a word that DynamoDB would refuse");
        }
        return value;
    }
}
