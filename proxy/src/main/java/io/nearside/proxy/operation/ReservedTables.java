package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.name.TableArn;
import io.nearside.proxy.name.TableNames;
import io.nearside.proxy.operation.OwnTables.Owner;
import io.nearside.proxy.operation.RequestShape.Access;
import io.nearside.proxy.operation.RequestShape.Names;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tables that Nearside keeps for itself, the tombstone table above all: a test's tear-down that deletes whatever is listed
 * would take the memory of deleted items away from every region. They are left out of lists, and what would create, change,
 * delete or write them is refused; reads by name pass, since they harm nothing.
 *
 * <p>The refusal is an {@code AccessDeniedException}, which is what a policy against the same would give: SDKs do not try it
 * again, and no tear-down takes it for "already gone", as it would a {@code ResourceNotFoundException}. It guards against
 * accidents, not against callers who mean it: a body that only DynamoDB can read passes.
 *
 * <p>A request that contains no beginning of a reserved name, which is nearly every one, costs one search of its bytes for each.
 */
public final class ReservedTables {

    /** No table is reserved. */
    public static final ReservedTables NONE = new ReservedTables(List.of(), name -> false);

    /** For each list: the member that holds it. */
    private static final Map<Operation, String> LISTS = Map.of(
            Operation.LIST_TABLES, "TableNames",
            Operation.LIST_STREAMS, "Streams",
            Operation.LIST_BACKUPS, "BackupSummaries");

    private static final Set<String> STATEMENT_LISTS = Set.of("Statements", "TransactStatements");

    private final List<byte[]> beginnings;
    private final Predicate<String> reserved;

    /**
     * @param patterns what the names look like, {@code *} standing for any characters; empty reserves nothing
     * @param reserved whether a name matches one of them
     */
    public ReservedTables(List<String> patterns, Predicate<String> reserved) {
        this.beginnings = patterns.stream()
                .map(ReservedTables::beginning)
                .distinct()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
        this.reserved = reserved;
    }

    private static String beginning(String pattern) {
        int star = pattern.indexOf('*');
        return star < 0 ? pattern : pattern.substring(0, star);
    }

    /**
     * Refuses the request if it names a reserved table in order to change anything.
     *
     * @throws ApiException {@code AccessDeniedException}
     */
    void refuseChange(Operation operation, JsonSlice body, OwnTables own) {
        RequestShape shape = RequestShape.of(operation);
        boolean reads = shape == null ? operation == Operation.UNRECOGNIZED : shape.access() == Access.READ;
        if (reads || !mayName(body)) {
            return;
        }
        try {
            if (shape == null) {
                statements(operation, body.cursor(), own);
            } else {
                shape.read(body, refusing(operation, own));
            }
        } catch (NotUnderstoodException e) {
            // DynamoDB refuses it in its own words; what could be read of it names no reserved table.
        }
    }

    /** False only if the request certainly names no reserved table. */
    private boolean mayName(JsonSlice body) {
        for (byte[] beginning : beginnings) {
            if (body.indexOf(beginning, body.from()) >= 0) {
                return true;
            }
        }
        return !beginnings.isEmpty() && body.has((byte) '\\');
    }

    private Names refusing(Operation operation, OwnTables own) {
        return new Names() {
            @Override
            public void table(String nameOrArn) {
                refuse(operation, nameOrArn, own);
            }

            @Override
            public void arn(String arn) {
                refuse(operation, arn, own);
            }
        };
    }

    private void refuse(Operation operation, String nameOrArn, OwnTables own) {
        TableArn arn = TableNames.isPlain(nameOrArn) ? null : TableArn.parse(nameOrArn);
        // Until a table is described any account may be this one.
        String name = arn == null ? nameOrArn : own.of(arn) == Owner.FOREIGN ? "" : arn.name();
        if (reserved.test(name)) {
            throw ApiException.framework(
                    "AccessDeniedException",
                    "User is not authorized to perform: dynamodb:" + operation.label() + " on resource: table/" + name
                            + " because Nearside keeps this table for itself");
        }
    }

    /** A PartiQL request: one statement, or a list of objects that hold one each. */
    private void statements(Operation operation, JsonCursor cursor, OwnTables own) throws NotUnderstoodException {
        cursor.enterObject();
        while (cursor.nextName()) {
            String member = cursor.nameText();
            if (member.equals("Statement")) {
                statement(operation, cursor.text(), own);
            } else if (STATEMENT_LISTS.contains(member)) {
                cursor.enterArray();
                while (cursor.nextElement()) {
                    statements(operation, cursor, own);
                }
            } else {
                cursor.skipValue();
            }
        }
    }

    private void statement(Operation operation, String text, OwnTables own) {
        PartiQl.Statement statement = PartiQl.read(text);
        if (statement instanceof PartiQl.Statement.Writes writes) {
            refuse(operation, writes.table(), own);
        } else if (statement instanceof PartiQl.Statement.Unknown) {
            // Whatever it does, it does it to something that it names.
            PartiQl.names(text).forEach(name -> refuse(operation, name, own));
        }
    }

    /**
     * The answer without reserved tables, if it is a list. Where the page ends is DynamoDB's to say and stays, so that a page
     * may be shorter than its limit, or empty, with more behind it.
     */
    Answer unlisted(Operation operation, Answer answer) {
        String list = LISTS.get(operation);
        if (list == null || answer.status() != 200) {
            return answer;
        }
        JsonSlice body = Bodies.slice(answer.body());
        try {
            JsonCursor cursor = body.cursor();
            cursor.enterObject();
            while (cursor.nextName()) {
                boolean wanted = cursor.nameIs(list);
                JsonSlice value = cursor.skipValue();
                if (wanted) {
                    return answer.withBody(unlisted(answer.body(), body, value));
                }
            }
        } catch (NotUnderstoodException e) {
            // Not what DynamoDB answers; nothing is known to be listed in it.
        }
        return answer;
    }

    private Buffer unlisted(Buffer whole, JsonSlice body, JsonSlice list) throws NotUnderstoodException {
        List<JsonSlice> kept = new ArrayList<>();
        boolean all = true;
        JsonCursor cursor = list.cursor();
        cursor.enterArray();
        while (cursor.nextElement()) {
            JsonSlice element = cursor.skipValue();
            String name = listed(element);
            boolean hidden = name != null && reserved.test(name);
            all &= !hidden;
            if (!hidden) {
                kept.add(element);
            }
        }
        return all ? whole : spliced(body, list, kept);
    }

    /** The table that an element of a list is, or is about. */
    private static @Nullable String listed(JsonSlice element) throws NotUnderstoodException {
        JsonCursor cursor = element.cursor();
        if (cursor.atString()) {
            return cursor.text();
        }
        cursor.enterObject();
        while (cursor.nextName()) {
            if (cursor.nameIs("TableName")) {
                return cursor.text();
            }
            cursor.skipValue();
        }
        return null;
    }

    private static Buffer spliced(JsonSlice body, JsonSlice list, List<JsonSlice> kept) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length());
        out.write(body.bytes(), body.from(), list.from() - body.from());
        out.write('[');
        for (int i = 0; i < kept.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            JsonSlice element = kept.get(i);
            out.write(element.bytes(), element.from(), element.length());
        }
        out.write(']');
        out.write(body.bytes(), list.to(), body.to() - list.to());
        return Bodies.wrap(out.toByteArray());
    }
}
