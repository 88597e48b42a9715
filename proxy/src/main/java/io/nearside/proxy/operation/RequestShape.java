package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.JsonStrings;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.name.TableArn;
import io.nearside.proxy.name.TableNames;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the requests of one operation: whether they only read, whether they stay within the tables they name,
 * which members they may have, and which of these name tables, by name or by ARN. {@link RequestShapes} is the table of all
 * of them; whoever wants to know which tables a request is about asks here.
 *
 * @param access what the operation does
 * @param reach how far what it does goes
 * @param members the members that the request may have
 */
public record RequestShape(Access access, Reach reach, List<Member> members) {

    /** Whether an operation changes anything. */
    public enum Access {
        /** Reads items, streams or descriptions. */
        READ,
        /** May change items, tables or settings. */
        WRITE
    }

    /** How far an operation reaches. */
    public enum Reach {
        /** No further than the tables that the request names. */
        TABLES,
        /** Beyond them: it lists, or gives to others, or names none. */
        ACCOUNT
    }

    /**
     * A member of a request, or of an object in it.
     *
     * @param nested the members of the objects that it holds; empty if it holds none that are looked into
     */
    public record Member(String name, Kind kind, List<Member> nested) {

        public Member {
            nested = checked(nested);
        }
    }

    /** What a member holds. */
    public enum Kind {
        /** Nothing that names tables; it is not looked into. */
        VALUE,
        /** A table's name or ARN. */
        TABLE,
        /** The ARN of a table or of a part of one. */
        ARN,
        /** An object. */
        OBJECT,
        /** An array of objects. */
        OBJECTS,
        /** An object that maps tables to objects. */
        OBJECT_BY_TABLE,
        /** An object that maps tables to arrays of objects. */
        OBJECTS_BY_TABLE
    }

    /** Takes what a request names, in its order; one name may come several times. */
    public interface Names {

        /** A table's name or ARN, as spelled: neither need be well formed. */
        void table(String nameOrArn) throws NotUnderstoodException;

        /** The ARN of a table or of a part of one, as spelled. */
        void arn(String arn) throws NotUnderstoodException;
    }

    /** The longest spelling of a name or an ARN: each of its characters as an escape of six. */
    private static final int LONGEST_SPELLING = 6 * TableArn.LONGEST;

    public RequestShape {
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(reach, "reach");
        members = checked(members);
    }

    private static List<Member> checked(List<Member> members) {
        if (members.size() > Long.SIZE) {
            throw new IllegalArgumentException("members: more than can be told apart");
        }
        return List.copyOf(members);
    }

    /** The shape of an operation's requests; null for those that are not looked into: PartiQL and what is not recognized. */
    public static @Nullable RequestShape of(Operation operation) {
        return RequestShapes.of(operation);
    }

    /**
     * Tells what a request names and makes sure that it says nothing else: each member, down to those that hold values, is
     * known, spelled without escapes and given once.
     *
     * @throws NotUnderstoodException at the first thing that is not so; what was named before may have been told
     */
    public void readStrictly(Buffer body, Names names) throws NotUnderstoodException {
        // Whoever reads bytes that are no UTF-8 in another way than this may see a string end elsewhere.
        if (!ByteBufUtil.isText(((BufferInternal) body).getByteBuf(), StandardCharsets.UTF_8)) {
            throw new NotUnderstoodException("not UTF-8");
        }
        JsonCursor cursor = Bodies.slice(body).cursor();
        object(cursor, members, names, true);
        cursor.finish();
    }

    /** Tells what a request names, whatever else it may say, however its members are spelled and how often they come. */
    void read(JsonSlice body, Names names) throws NotUnderstoodException {
        object(body.cursor(), members, names, false);
    }

    /** What a request names, whatever else it may say; empty if it cannot be read. Not for hot paths. */
    public List<String> names(Buffer body) {
        List<String> found = new ArrayList<>();
        try {
            read(Bodies.slice(body), new Names() {
                @Override
                public void table(String nameOrArn) {
                    found.add(nameOrArn);
                }

                @Override
                public void arn(String arn) {
                    found.add(arn);
                }
            });
        } catch (NotUnderstoodException e) {
            return List.of();
        }
        return found;
    }

    private static void object(JsonCursor cursor, List<Member> members, Names names, boolean strict)
            throws NotUnderstoodException {
        long seen = 0;
        cursor.enterObject();
        while (cursor.nextName()) {
            int index = indexOf(cursor, members, strict);
            long bit = index < 0 ? 0 : 1L << index;
            if (strict && (bit == 0 || (seen & bit) != 0)) {
                throw new NotUnderstoodException("a member that is unknown or given twice");
            }
            seen |= bit;
            if (index < 0) {
                cursor.skipValue();
            } else {
                value(cursor, members.get(index), names, strict);
            }
        }
    }

    /** Which member comes next; -1 for none that is known. */
    private static int indexOf(JsonCursor cursor, List<Member> members, boolean strict) throws NotUnderstoodException {
        String unescaped = cursor.nameEscaped() && !strict ? text(cursor.name()) : null;
        for (int i = 0; i < members.size(); i++) {
            String name = members.get(i).name;
            if (unescaped == null ? cursor.nameIs(name) : unescaped.equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private static void value(JsonCursor cursor, Member member, Names names, boolean strict)
            throws NotUnderstoodException {
        switch (member.kind) {
            case VALUE -> cursor.skipValue();
            case TABLE -> names.table(text(cursor.string()));
            case ARN -> names.arn(text(cursor.string()));
            case OBJECT -> object(cursor, member.nested, names, strict);
            case OBJECTS -> objects(cursor, member.nested, names, strict);
            case OBJECT_BY_TABLE, OBJECTS_BY_TABLE -> byTable(cursor, member, names, strict);
        }
    }

    private static void byTable(JsonCursor cursor, Member member, Names names, boolean strict)
            throws NotUnderstoodException {
        cursor.enterObject();
        while (cursor.nextName()) {
            if (strict && cursor.nameEscaped()) {
                throw new NotUnderstoodException("a table's name with escapes");
            }
            names.table(text(cursor.name()));
            if (member.kind == Kind.OBJECT_BY_TABLE) {
                object(cursor, member.nested, names, strict);
            } else {
                objects(cursor, member.nested, names, strict);
            }
        }
    }

    private static void objects(JsonCursor cursor, List<Member> members, Names names, boolean strict)
            throws NotUnderstoodException {
        cursor.enterArray();
        while (cursor.nextElement()) {
            object(cursor, members, names, strict);
        }
    }

    /** A name or an ARN, however it is spelled; of a bounded length, so that nobody compares or keeps a longer one. */
    private static String text(JsonSlice spelled) throws NotUnderstoodException {
        if (spelled.length() > LONGEST_SPELLING) {
            throw new NotUnderstoodException("longer than any name or ARN");
        }
        String plain = TableNames.ifPlain(spelled);
        return plain == null ? JsonStrings.unescape(spelled) : plain;
    }
}
