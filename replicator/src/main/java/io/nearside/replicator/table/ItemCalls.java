package io.nearside.replicator.table;

import io.nearside.item.InvalidKeyException;
import io.nearside.item.ItemKey;
import io.nearside.item.KeySchema;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * What every way of keeping versions asks of a table in the same words: its strong read, its keys, and the failures of its calls as
 * {@link StoreException}s.
 *
 * @param client shared, not closed here
 */
record ItemCalls(DynamoDbClient client, String table, KeySchema keySchema, String versionAttribute) {

    @Nullable StoredItem read(ItemKey key) {
        var answer = step(() -> client.getItem(
                request -> request.tableName(table).key(keyOf(key)).consistentRead(true)));
        return answer.hasItem() ? AttributeValues.fromSdk(answer.item(), versionAttribute) : null;
    }

    /** @throws FatalStoreException if it is no key of this table */
    Map<String, AttributeValue> keyOf(ItemKey key) {
        try {
            return AttributeValues.toSdk(key.toItem(keySchema));
        } catch (InvalidKeyException e) {
            throw new FatalStoreException(
                    "table " + table + ": the key does not fit the table's key schema: " + e.getMessage(), e);
        }
    }

    /** Makes a conditional write; false if its condition was false. */
    boolean holds(Supplier<?> conditional) {
        try {
            step(conditional);
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    <T> T step(Supplier<T> step) {
        return StoreErrors.typed("table " + table, step);
    }
}
