package io.nearside.proxy.operation;

import io.nearside.proxy.cache.CachedTables;
import io.nearside.proxy.coherence.Announcer;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.operation.RequestShape.Names;
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

    private final CachedTables tables;
    private final OwnTables own;
    private final Announcer announcer;

    Controls(CachedTables tables, OwnTables own, Announcer announcer) {
        this.tables = tables;
        this.own = own;
        this.announcer = announcer;
    }

    /** The operation was answered, or failed when nobody knows how far it got. */
    void ended(ApiRequest request, boolean refused) {
        RequestShape shape = RequestShape.of(request.operation());
        if (refused || shape == null || !CHANGING.contains(request.operation())) {
            return;
        }
        Set<String> named = new HashSet<>();
        try {
            if (request.isEncoded()) {
                throw new NotUnderstoodException("an encoded body");
            }
            shape.read(Bodies.slice(request.body()), into(named));
        } catch (NotUnderstoodException e) {
            tables.all().forEach(table -> named.add(table.name()));
        }
        named.forEach(tables::forget);
        named.forEach(announcer::tableChanged);
    }

    static boolean isRefusal(UpstreamAnswer answer) {
        return answer.status() >= 400 && answer.status() < 500;
    }

    /** Collects the tables of this account that the request names, or may name. */
    private Names into(Set<String> named) {
        return new Names() {
            @Override
            public void table(String nameOrArn) {
                String name = own.possible(nameOrArn);
                if (name != null) {
                    named.add(name);
                }
            }

            @Override
            public void arn(String arn) {
                // Where a changing operation names something by its ARN only, it reads from there.
            }
        };
    }
}
