package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Turns requests for eventually consistent reads into requests for strongly consistent ones. */
final class StrongReads {

    private static final byte[] MEMBER = "\"ConsistentRead\":true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);

    private StrongReads() {}

    /** The document, with {@code ConsistentRead} of this object in it set to true. */
    static byte[] strong(JsonSlice document, JsonSlice object) throws NotUnderstoodException {
        return strong(document, List.of(object));
    }

    /** The document, with {@code ConsistentRead} of these objects in it, in their order, set to true. */
    static byte[] strong(JsonSlice document, List<JsonSlice> objects) throws NotUnderstoodException {
        List<Splice> splices = new ArrayList<>(objects.size());
        for (JsonSlice object : objects) {
            splices.add(splice(object));
        }
        return Splice.apply(document, splices);
    }

    private static Splice splice(JsonSlice object) throws NotUnderstoodException {
        JsonCursor cursor = object.cursor();
        cursor.enterObject();
        int afterBrace = cursor.position();
        boolean empty = true;
        while (cursor.nextName()) {
            empty = false;
            boolean found = cursor.nameIs("ConsistentRead");
            JsonSlice value = cursor.skipValue();
            if (found) {
                return new Splice(value.from(), value.to(), TRUE);
            }
        }
        return new Splice(afterBrace, afterBrace, empty ? MEMBER : Splice.followedByComma(MEMBER));
    }
}
