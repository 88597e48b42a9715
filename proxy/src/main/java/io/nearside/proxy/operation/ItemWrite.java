package io.nearside.proxy.operation;

import io.nearside.item.AttributeValue;
import io.nearside.proxy.expression.ValueReader;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A PutItem, UpdateItem or DeleteItem, as slices of its own bytes.
 *
 * <p>Understood only if every member is known and given once: a member that was invented later may change what a write
 * leaves behind, or what it returns.
 */
final class ItemWrite {

    private static final Set<String> MEMBERS = Set.of(
            "TableName",
            "Item",
            "Key",
            "AttributeUpdates",
            "ConditionExpression",
            "ConditionalOperator",
            "Expected",
            "ExpressionAttributeNames",
            "ExpressionAttributeValues",
            "ReturnConsumedCapacity",
            "ReturnItemCollectionMetrics",
            "ReturnValues",
            "ReturnValuesOnConditionCheckFailure",
            "UpdateExpression");

    private final Operation operation;
    private final Map<String, JsonSlice> members = new HashMap<>();
    private final int firstMember;
    private final ReturnValues returned;

    private ItemWrite(Operation operation, JsonSlice body) throws NotUnderstoodException {
        this.operation = operation;
        JsonCursor cursor = body.cursor();
        cursor.enterObject();
        this.firstMember = cursor.position();
        while (cursor.nextName()) {
            String name = cursor.nameText();
            if (!MEMBERS.contains(name) || members.put(name, cursor.skipValue()) != null) {
                throw new NotUnderstoodException("a member that is unknown or given twice");
            }
        }
        cursor.finish();
        JsonSlice values = members.get("ReturnValues");
        this.returned = values == null ? ReturnValues.NONE : ReturnValues.of(values);
    }

    static ItemWrite read(Operation operation, JsonSlice body) throws NotUnderstoodException {
        return new ItemWrite(operation, body);
    }

    Operation operation() {
        return operation;
    }

    /** The image that the caller asks for. */
    ReturnValues returned() {
        return returned;
    }

    /** {@code ExpressionAttributeNames}; null without any. */
    @Nullable Map<String, String> names() throws NotUnderstoodException {
        JsonSlice given = members.get("ExpressionAttributeNames");
        if (given == null) {
            return null;
        }
        Map<String, String> names = new HashMap<>();
        JsonCursor cursor = given.cursor();
        cursor.enterObject();
        while (cursor.nextName()) {
            if (names.put(cursor.nameText(), cursor.text()) != null) {
                throw new NotUnderstoodException("a name given twice");
            }
        }
        return names;
    }

    /** {@code ExpressionAttributeValues}; null without any. */
    @Nullable Map<String, AttributeValue> values() throws NotUnderstoodException {
        JsonSlice given = members.get("ExpressionAttributeValues");
        return given == null ? null : ValueReader.readMap(given.cursor());
    }

    /** The value of a member; null without one. */
    @Nullable JsonSlice member(String name) {
        return members.get(name);
    }

    /** Adds a member to one of the request's objects, which is made if the request has none. One that is there is not empty. */
    Splice adding(String object, String member) throws NotUnderstoodException {
        JsonSlice present = members.get(object);
        if (present == null) {
            byte[] made = ("\"" + object + "\":{" + member + "},").getBytes(StandardCharsets.UTF_8);
            return new Splice(firstMember, firstMember, made);
        }
        JsonCursor cursor = present.cursor();
        cursor.enterObject();
        int first = cursor.position();
        return new Splice(first, first, (member + ",").getBytes(StandardCharsets.UTF_8));
    }

    /** Makes the request ask for another image. It has a member already, since it names its table. */
    Splice returning(ReturnValues other) {
        JsonSlice present = members.get("ReturnValues");
        if (present != null) {
            return new Splice(present.from(), present.to(), other.quoted());
        }
        byte[] member = ("\"ReturnValues\":\"" + other + "\",").getBytes(StandardCharsets.US_ASCII);
        return new Splice(firstMember, firstMember, member);
    }
}
