package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.json.TooDeepException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Finds requests that name the version attribute as an attribute of an item: it belongs to the replication, and what
 * applications read of it would be as wrong as what they write.
 *
 * <p>A request that does not contain the name at all, which is nearly every one, costs one search of its bytes. Values,
 * and members of nested maps, may be called anything.
 */
final class VersionInRequests {

    private static final Set<String> ITEMS = Set.of(
            "Item",
            "Key",
            "Expected",
            "AttributeUpdates",
            "KeyConditions",
            "QueryFilter",
            "ScanFilter",
            "ExclusiveStartKey");
    private static final Set<String> NAME_LISTS = Set.of("AttributesToGet", "NonKeyAttributes");

    private final String name;
    private final byte[] utf8;

    VersionInRequests(String name) {
        this.name = name;
        this.utf8 = name.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Refuses the request if it names the attribute, or if that cannot be told: what this class cannot read to its end might be
     * read otherwise by DynamoDB, which ignores members that it does not know.
     */
    void refuseIfNamed(JsonSlice body) {
        if (!mayName(body)) {
            return;
        }
        try {
            if (container(body.cursor())) {
                throw ApiException.validation("One or more parameter values are not valid. The attribute " + name
                        + " is reserved for replication and cannot be named in a request");
            }
        } catch (TooDeepException e) {
            throw ApiException.validation("Nesting Levels have exceeded supported limits");
        } catch (NotUnderstoodException e) {
            throw ApiException.framework("SerializationException", "");
        }
    }

    /** False only if the request certainly does not name the attribute. */
    boolean mayName(JsonSlice body) {
        return body.indexOf(utf8, body.from()) >= 0 || body.has((byte) '\\');
    }

    /** Any value of a request outside of items; the cursor bounds how deep it goes. */
    private boolean container(JsonCursor cursor) throws NotUnderstoodException {
        boolean named = false;
        if (cursor.atObject()) {
            cursor.enterObject();
            while (cursor.nextName()) {
                named |= member(cursor, cursor.nameText());
            }
        } else if (cursor.atArray()) {
            cursor.enterArray();
            while (cursor.nextElement()) {
                named |= container(cursor);
            }
        } else {
            cursor.skipValue();
        }
        return named;
    }

    private boolean member(JsonCursor cursor, String member) throws NotUnderstoodException {
        if (ITEMS.contains(member)) {
            return item(cursor);
        }
        if (member.equals("Keys") && cursor.atArray()) {
            return items(cursor);
        }
        if (member.equals("ExpressionAttributeNames") && cursor.atObject()) {
            return names(cursor);
        }
        if (NAME_LISTS.contains(member) && cursor.atArray()) {
            return nameList(cursor);
        }
        if (!cursor.atString()) {
            return container(cursor);
        }
        String text = cursor.text();
        return switch (member) {
            case "AttributeName" -> text.equals(name);
            case "Statement" -> PartiQl.names(text, name);
            default -> member.endsWith("Expression") && occursAlone(text);
        };
    }

    private boolean item(JsonCursor cursor) throws NotUnderstoodException {
        if (!cursor.atObject()) {
            return container(cursor);
        }
        boolean named = false;
        cursor.enterObject();
        while (cursor.nextName()) {
            named |= cursor.nameText().equals(name);
            cursor.skipValue();
        }
        return named;
    }

    private boolean items(JsonCursor cursor) throws NotUnderstoodException {
        boolean named = false;
        cursor.enterArray();
        while (cursor.nextElement()) {
            named |= item(cursor);
        }
        return named;
    }

    private boolean names(JsonCursor cursor) throws NotUnderstoodException {
        boolean named = false;
        cursor.enterObject();
        while (cursor.nextName()) {
            named |= isName(cursor);
        }
        return named;
    }

    private boolean nameList(JsonCursor cursor) throws NotUnderstoodException {
        boolean named = false;
        cursor.enterArray();
        while (cursor.nextElement()) {
            named |= isName(cursor);
        }
        return named;
    }

    /** A value of another type than DynamoDB wants may stand in a member that DynamoDB ignores. */
    private boolean isName(JsonCursor cursor) throws NotUnderstoodException {
        return cursor.atString() ? cursor.text().equals(name) : container(cursor);
    }

    /** Whether the name stands in an expression as a top-level attribute: not inside a longer word, not below a map. */
    private boolean occursAlone(String expression) {
        int at = expression.indexOf(name);
        while (at >= 0) {
            int after = at + name.length();
            boolean startsWord = at == 0 || !continuesPath(expression.charAt(at - 1));
            boolean endsWord = after == expression.length() || !isWord(expression.charAt(after));
            if (startsWord && endsWord) {
                return true;
            }
            at = expression.indexOf(name, at + 1);
        }
        return false;
    }

    private static boolean continuesPath(char c) {
        return isWord(c) || c == '.' || c == '#' || c == ':';
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }
}
