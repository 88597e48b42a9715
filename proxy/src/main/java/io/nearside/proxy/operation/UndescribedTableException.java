package io.nearside.proxy.operation;

/** DynamoDB did not describe a table, so nothing of it can be cached for now. Has no stack trace: it is no bug. */
final class UndescribedTableException extends Exception {

    UndescribedTableException(String message) {
        super(message, null, false, false);
    }
}
