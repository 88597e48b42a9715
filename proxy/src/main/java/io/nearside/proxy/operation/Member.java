package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import org.jspecify.annotations.Nullable;

/**
 * One member of an object.
 *
 * @param cut what leaves the member out, with the comma before it, or, if it is the first, with the comma after it
 */
record Member(JsonSlice value, Splice cut) {

    /** The member of this name; null if there is none. */
    static @Nullable Member find(JsonSlice object, String name) throws NotUnderstoodException {
        JsonCursor cursor = object.cursor();
        JsonSlice first = null;
        int firstFrom = -1;
        int endOfPrevious = -1;
        cursor.enterObject();
        while (cursor.nextName()) {
            int nameFrom = cursor.name().from() - 1;
            if (first != null) {
                return new Member(first, Splice.cut(firstFrom, nameFrom));
            }
            boolean found = cursor.nameIs(name);
            JsonSlice value = cursor.skipValue();
            if (found && endOfPrevious >= 0) {
                return new Member(value, Splice.cut(endOfPrevious, value.to()));
            }
            if (found) {
                first = value;
                firstFrom = nameFrom;
            }
            endOfPrevious = value.to();
        }
        return first == null ? null : new Member(first, Splice.cut(firstFrom, first.to()));
    }
}
