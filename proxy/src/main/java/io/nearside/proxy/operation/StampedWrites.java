package io.nearside.proxy.operation;

import io.nearside.item.AttributeValue;
import io.nearside.proxy.expression.ExpressionParser;
import io.nearside.proxy.expression.InvalidExpressionException;
import io.nearside.proxy.expression.Placeholders;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.version.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Adds versions to writes where that is simple: one more attribute of a PutItem and of the puts of a batch, one more SET clause of
 * an UpdateItem.
 *
 * <p>Not simple, and left to the replicator: PartiQL, {@code AttributeUpdates} and {@code Expected}, an update without an
 * expression, an expression or an item that may have no room left; and transactions, because an SDK sends each with a token, under
 * which DynamoDB takes only the same request again.
 */
final class StampedWrites {

    /** DynamoDB's limit for an item, less the attribute; an item is never larger than its JSON. */
    private static final int MAX_ITEM_BYTES = 400 * 1024 - 300;

    /** DynamoDB's limit for a request, less what a batch's versions take. */
    private static final int MAX_BODY_BYTES = 16 * 1024 * 1024 - 16 * 1024;

    private final VersionStamps stamps;
    private final OwnTables own;

    /** @param own tells tables of this account from others', whose items get no versions */
    StampedWrites(VersionStamps stamps, OwnTables own) {
        this.stamps = stamps;
        this.own = own;
    }

    /** What puts the version into the write; empty where that is not simple. */
    List<Splice> of(ItemWrite write, Version version) throws NotUnderstoodException {
        return switch (write.operation()) {
            case PUT_ITEM -> put(write.member("Item"), version);
            case UPDATE_ITEM -> update(write, version);
            default -> List.of();
        };
    }

    private List<Splice> put(@Nullable JsonSlice item, Version version) throws NotUnderstoodException {
        if (item == null || item.length() > MAX_ITEM_BYTES) {
            return List.of();
        }
        JsonCursor cursor = item.cursor();
        cursor.enterObject();
        int first = cursor.position();
        return cursor.nextName() ? List.of(new Splice(first, first, stamps.asAttribute(version))) : List.of();
    }

    private List<Splice> update(ItemWrite write, Version version) throws NotUnderstoodException {
        JsonSlice expression = write.member("UpdateExpression");
        if (expression == null || write.member("Expected") != null || write.member("AttributeUpdates") != null) {
            return List.of();
        }
        Map<String, String> names = write.names();
        Map<String, AttributeValue> values = write.values();
        boolean taken = (names != null && names.containsKey(stamps.namePlaceholder()))
                || (values != null && values.containsKey(stamps.valuePlaceholder()));
        Optional<byte[]> longer = taken ? Optional.empty() : longer(write, expression);
        if (longer.isEmpty()) {
            return List.of();
        }
        return List.of(
                new Splice(expression.from(), expression.to(), quoted(longer.get())),
                write.adding("ExpressionAttributeNames", stamps.asName()),
                write.adding("ExpressionAttributeValues", stamps.asValue(version)));
    }

    private Optional<byte[]> longer(ItemWrite write, JsonSlice expression) throws NotUnderstoodException {
        try {
            byte[] text = expression.cursor().text().getBytes(StandardCharsets.UTF_8);
            return new ExpressionParser(Placeholders.of(write.names(), write.values()))
                    .update(text)
                    .withSet(stamps.namePlaceholder(), stamps.valuePlaceholder());
        } catch (InvalidExpressionException e) {
            // DynamoDB says so itself, in its own words.
            return Optional.empty();
        }
    }

    private static byte[] quoted(byte[] utf8) {
        StringBuilder json = new StringBuilder(utf8.length + 2).append('"');
        for (char c : new String(utf8, StandardCharsets.UTF_8).toCharArray()) {
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString().getBytes(StandardCharsets.UTF_8);
    }

    /** What puts versions into the puts of a BatchWriteItem; empty where nothing is to be stamped. */
    List<Splice> ofBatch(JsonSlice body) throws NotUnderstoodException {
        List<Splice> splices = new ArrayList<>();
        if (body.length() > MAX_BODY_BYTES) {
            return splices;
        }
        Member items = Member.find(body, "RequestItems");
        if (items == null) {
            return splices;
        }
        JsonCursor tables = items.value().cursor();
        int writes = 0;
        tables.enterObject();
        while (tables.nextName()) {
            String table = own.certain(tables.nameText());
            tables.enterArray();
            while (tables.nextElement()) {
                if (++writes > WriteTargets.MOST) {
                    throw new NotUnderstoodException("more writes than DynamoDB takes");
                }
                Member put = Member.find(tables.skipValue(), "PutRequest");
                Member item = put == null ? null : Member.find(put.value(), "Item");
                Version version = item == null || table == null ? null : stamps.next(table);
                if (item != null && version != null) {
                    splices.addAll(put(item.value(), version));
                }
            }
        }
        return splices;
    }
}
