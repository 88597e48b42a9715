package io.nearside.proxy.operation;

import io.nearside.proxy.cache.CachedTables;
import io.nearside.proxy.coherence.Announcer;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.upstream.UpstreamAnswer;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/** Forgets tables that are created, deleted, restored or changed through this node, and tells the others. */
final class Controls {

    private static final Set<Operation> CHANGING = EnumSet.of(
            Operation.CREATE_TABLE,
            Operation.DELETE_TABLE,
            Operation.UPDATE_TABLE,
            Operation.IMPORT_TABLE,
            Operation.RESTORE_TABLE_FROM_BACKUP,
            Operation.RESTORE_TABLE_TO_POINT_IN_TIME,
            Operation.CREATE_GLOBAL_TABLE,
            Operation.UPDATE_GLOBAL_TABLE);
    private static final Set<String> NAMES = Set.of("TableName", "TargetTableName", "GlobalTableName");

    private final CachedTables tables;
    private final Announcer announcer;

    Controls(CachedTables tables, Announcer announcer) {
        this.tables = tables;
        this.announcer = announcer;
    }

    /** The operation was answered, or failed when nobody knows how far it got. */
    void ended(ApiRequest request, boolean refused) {
        if (refused || !CHANGING.contains(request.operation())) {
            return;
        }
        Set<String> named = new HashSet<>();
        try {
            if (request.isEncoded()) {
                throw new NotUnderstoodException("an encoded body");
            }
            collect(Bodies.slice(request.body()).cursor(), named);
        } catch (NotUnderstoodException e) {
            tables.all().forEach(table -> named.add(table.name()));
        }
        named.forEach(tables::forget);
        named.forEach(announcer::tableChanged);
    }

    static boolean isRefusal(UpstreamAnswer answer) {
        return answer.status() >= 400 && answer.status() < 500;
    }

    private static void collect(JsonCursor cursor, Set<String> named) throws NotUnderstoodException {
        cursor.enterObject();
        while (cursor.nextName()) {
            if (NAMES.contains(cursor.nameText())) {
                named.add(TableNames.ofNameOrArn(cursor.text()));
            } else if (cursor.nameIs("TableCreationParameters")) {
                JsonSlice nested = cursor.skipValue();
                collect(nested.cursor(), named);
            } else {
                cursor.skipValue();
            }
        }
    }
}
