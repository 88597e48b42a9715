package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.nearside.proxy.upstream.UpstreamException;
import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import java.util.Set;

/** What DynamoDB's errors are called. */
public final class UpstreamErrors {

    private static final Set<String> THROTTLES =
            Set.of("ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException");

    /** With these DynamoDB refuses a whole batch before it carries any of it out. */
    private static final Set<String> BEFORE_ANYTHING = Set.of(
            "ValidationException",
            "SerializationException",
            "UnknownOperationException",
            "AccessDeniedException",
            "UnrecognizedClientException",
            "InvalidSignatureException",
            "IncompleteSignatureException",
            "MissingAuthenticationTokenException",
            "ExpiredTokenException");

    private UpstreamErrors() {}

    /** Whether DynamoDB says that it does not know the table. */
    static boolean isResourceNotFound(UpstreamAnswer answer) {
        return answer.status() == 400 && typeOf(answer).endsWith("#ResourceNotFoundException");
    }

    /** Whether the environment keeps DynamoDB from answering: it throttles, fails, or gave no answer. */
    static boolean areOfEnvironment(AsyncResult<Answer> asked) {
        Answer answer = asked.result();
        if (answer == null) {
            return asked.cause() instanceof UpstreamException;
        }
        return answer.status() >= 500 || isThrottle(answer.status(), answer.body());
    }

    /** Whether DynamoDB refuses for want of capacity, the table's, the account's or the API's. */
    public static boolean isThrottle(int status, Buffer error) {
        return status == 400 && THROTTLES.contains(nameOf(error));
    }

    /** Whether a batch of writes that was refused as a whole may have been carried out in part. */
    static boolean mayBePartlyDone(Operation operation, UpstreamAnswer answer) {
        boolean batch = operation == Operation.BATCH_WRITE_ITEM || operation == Operation.BATCH_EXECUTE_STATEMENT;
        String type = batch ? nameOf(answer.body()) : "";
        return batch && !BEFORE_ANYTHING.contains(type) && !THROTTLES.contains(type);
    }

    private static String nameOf(Buffer error) {
        String type = typeOf(error);
        return type.substring(type.indexOf('#') + 1);
    }

    /** The error's {@code __type}, or the empty string. */
    static String typeOf(UpstreamAnswer answer) {
        return typeOf(answer.body());
    }

    private static String typeOf(Buffer error) {
        JsonSlice body = Bodies.slice(error);
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
