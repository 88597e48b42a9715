package io.nearside.replicator.capture;

import io.nearside.change.StreamPosition;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeySchema;
import io.nearside.replicator.table.AttributeValues;
import io.nearside.replicator.table.StoredItem;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.OperationType;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;

/** Reads the SDK's stream records of one table. */
final class RecordParser {

    private static final String TIME_TO_LIVE = "dynamodb.amazonaws.com";

    private final KeySchema keySchema;
    private final String versionAttribute;
    private final InstantSource wall;

    RecordParser(KeySchema keySchema, String versionAttribute, InstantSource wall) {
        this.keySchema = keySchema;
        this.versionAttribute = versionAttribute;
        this.wall = wall;
    }

    /**
     * Where an image holds what this version does not know, the record tells which attributes are missing from it.
     *
     * @throws RuntimeException of many kinds if the record is not one of this table's
     */
    CapturedRecord parse(String shard, Record record) {
        StreamRecord image = record.dynamodb();
        Item keys = AttributeValues.fromSdk(image.keys(), versionAttribute).item();
        Set<String> oldUnread = new HashSet<>(0);
        Set<String> newUnread = new HashSet<>(0);
        StoredItem oldItem = item(image.hasOldImage(), image.oldImage(), oldUnread);
        StoredItem newItem = item(image.hasNewImage(), image.newImage(), newUnread);
        boolean whole = oldUnread.isEmpty() && newUnread.isEmpty();
        return new CapturedRecord(
                ItemKey.of(keySchema, keys),
                keys,
                oldItem,
                newItem,
                newItem == null && isExpiry(record),
                new StreamPosition(shard, image.sequenceNumber()),
                image.approximateCreationDateTime(),
                wall.instant(),
                whole ? null : new UnreadAttributes(oldUnread, newUnread));
    }

    private @Nullable StoredItem item(boolean present, Map<String, AttributeValue> image, Set<String> unread) {
        if (!present) {
            return null;
        }
        try {
            return AttributeValues.fromSdk(image, versionAttribute);
        } catch (RuntimeException e) {
            return AttributeValues.fromSdkInPart(image, versionAttribute, unread);
        }
    }

    /**
     * AWS names itself as the user of a removal by time to live. DynamoDB Local names nobody, and its event name is one that the SDK
     * does not know; no other record has such a name and no new image.
     */
    private static boolean isExpiry(Record record) {
        return record.userIdentity() == null
                ? record.eventName() == null || record.eventName() == OperationType.UNKNOWN_TO_SDK_VERSION
                : TIME_TO_LIVE.equals(record.userIdentity().principalId());
    }
}
