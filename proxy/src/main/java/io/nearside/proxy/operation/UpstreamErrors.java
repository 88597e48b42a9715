package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.upstream.UpstreamAnswer;

/** What DynamoDB's errors are called. */
final class UpstreamErrors {

    private UpstreamErrors() {}

    /** Whether DynamoDB says that it does not know the table. */
    static boolean isResourceNotFound(UpstreamAnswer answer) {
        return answer.status() == 400 && typeOf(answer).endsWith("#ResourceNotFoundException");
    }

    /** The error's {@code __type}, or the empty string. */
    static String typeOf(UpstreamAnswer answer) {
        JsonSlice body = Bodies.slice(answer.body());
        try {
            JsonCursor cursor = body.cursor();
            cursor.enterObject();
            while (cursor.nextName()) {
                if (cursor.nameIs("__type")) {
                    return cursor.text();
                }
                cursor.skipValue();
            }
        } catch (NotUnderstoodException e) {
            // Not DynamoDB's words, so it has no type.
        }
        return "";
    }
}
