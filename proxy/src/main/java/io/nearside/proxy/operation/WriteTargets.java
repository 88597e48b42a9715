package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a writing request may write, in the coarsest terms that are certain: where a key cannot be read the whole
 * table counts as written, and where the table cannot be told, all of them.
 *
 * <p>DynamoDB takes {@value #MOST} writes in one request at most. One that names more is refused by it, so it is not worth a guard
 * for each: its tables count as written whole, and if these are too many, too, all tables.
 */
final class WriteTargets {

    /** The most items that DynamoDB writes in one request, a transaction. */
    static final int MOST = 100;

    private final List<WriteTarget> targets = new ArrayList<>(1);
    private final Set<WriteTarget> wholeTables = new HashSet<>();
    private boolean tooMany;

    private WriteTargets() {}

    /** What the request may write; empty when it only reads. */
    static List<WriteTarget> of(Operation operation, JsonSlice body) {
        WriteTargets found = new WriteTargets();
        try {
            found.read(operation, body.cursor());
            return found.tooMany ? found.coarsely() : found.targets;
        } catch (NotUnderstoodException e) {
            return List.of(WriteTarget.anything());
        }
    }

    private void read(Operation operation, JsonCursor cursor) throws NotUnderstoodException {
        switch (operation) {
            case PUT_ITEM, UPDATE_ITEM, DELETE_ITEM -> single(cursor);
            case BATCH_WRITE_ITEM -> members(cursor, "RequestItems", this::batch);
            case TRANSACT_WRITE_ITEMS -> members(cursor, "TransactItems", this::actions);
            case EXECUTE_STATEMENT -> statement(cursor);
            case BATCH_EXECUTE_STATEMENT -> members(cursor, "Statements", this::statements);
            case EXECUTE_TRANSACTION -> members(cursor, "TransactStatements", this::statements);
            default -> add(WriteTarget.anything());
        }
        cursor.finish();
    }

    private void add(WriteTarget target) throws NotUnderstoodException {
        if (!tooMany && targets.size() < MOST) {
            targets.add(target);
            return;
        }
        if (!tooMany) {
            tooMany = true;
            for (WriteTarget earlier : targets) {
                wholeTables.add(earlier.whole());
            }
        }
        wholeTables.add(target.whole());
        if (wholeTables.size() > MOST) {
            throw new NotUnderstoodException("more tables than DynamoDB writes at once");
        }
    }

    private List<WriteTarget> coarsely() {
        return List.copyOf(wholeTables);
    }

    @FunctionalInterface
    private interface Part {
        void read(JsonCursor cursor) throws NotUnderstoodException;
    }

    private static void members(JsonCursor cursor, String wanted, Part part) throws NotUnderstoodException {
        cursor.enterObject();
        while (cursor.nextName()) {
            if (cursor.nameIs(wanted)) {
                part.read(cursor);
            } else {
                refuseEscapedName(cursor);
                cursor.skipValue();
            }
        }
    }

    private static void elements(JsonCursor cursor, Part part) throws NotUnderstoodException {
        cursor.enterArray();
        while (cursor.nextElement()) {
            part.read(cursor);
        }
    }

    /** An object with {@code TableName} and {@code Key} or {@code Item}: a request, or an action of a transaction. */
    private void single(JsonCursor cursor) throws NotUnderstoodException {
        String table = null;
        JsonSlice key = null;
        JsonSlice item = null;
        boolean twice = false;
        boolean tables = false;
        cursor.enterObject();
        while (cursor.nextName()) {
            if (cursor.nameIs("TableName")) {
                tables |= table != null;
                table = cursor.text();
            } else if (cursor.nameIs("Key")) {
                twice |= key != null;
                key = cursor.skipValue();
            } else if (cursor.nameIs("Item")) {
                twice |= item != null;
                item = cursor.skipValue();
            } else {
                refuseEscapedName(cursor);
                cursor.skipValue();
            }
        }
        boolean exactlyOne = (key == null) != (item == null);
        // Which of two tables DynamoDB would take is not for us to say.
        add(target(tables ? null : table, exactlyOne && !twice ? key : null, exactlyOne && !twice ? item : null));
    }

    private static WriteTarget target(@Nullable String table, @Nullable JsonSlice key, @Nullable JsonSlice item) {
        if (table == null) {
            return WriteTarget.anything();
        }
        if (key != null) {
            return WriteTarget.key(table, key);
        }
        return item == null ? WriteTarget.anyItemOf(table) : WriteTarget.item(table, item);
    }

    private void batch(JsonCursor cursor) throws NotUnderstoodException {
        cursor.enterObject();
        while (cursor.nextName()) {
            String table = cursor.nameText();
            elements(cursor, request -> batchRequest(request, table));
        }
    }

    private void batchRequest(JsonCursor cursor, String table) throws NotUnderstoodException {
        cursor.enterObject();
        while (cursor.nextName()) {
            refuseEscapedName(cursor);
            members(cursor, cursor.nameIs("PutRequest") ? "Item" : "Key", holder -> {
                JsonSlice object = holder.skipValue();
                add(target(table, object));
            });
        }
    }

    /** Whether it is an item or a key, its key attributes are found by name. */
    private static WriteTarget target(String table, JsonSlice holder) {
        return WriteTarget.item(table, holder);
    }

    private void actions(JsonCursor cursor) throws NotUnderstoodException {
        elements(cursor, action -> {
            action.enterObject();
            while (action.nextName()) {
                if (action.nameIs("ConditionCheck")) {
                    action.skipValue();
                } else {
                    refuseEscapedName(action);
                    single(action);
                }
            }
        });
    }

    private void statements(JsonCursor cursor) throws NotUnderstoodException {
        elements(cursor, this::statement);
    }

    private void statement(JsonCursor cursor) throws NotUnderstoodException {
        members(cursor, "Statement", value -> {
            PartiQl.Statement statement = PartiQl.read(value.text());
            if (statement instanceof PartiQl.Statement.Writes writes) {
                add(WriteTarget.anyItemOf(writes.table()));
            } else if (statement instanceof PartiQl.Statement.Unknown) {
                add(WriteTarget.anything());
            }
        });
    }

    /** A name spelled with escapes may be any of those looked for. */
    private static void refuseEscapedName(JsonCursor cursor) throws NotUnderstoodException {
        if (cursor.nameEscaped()) {
            throw new NotUnderstoodException("a member's name with escapes");
        }
    }
}
