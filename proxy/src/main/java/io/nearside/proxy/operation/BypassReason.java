package io.nearside.proxy.operation;

import java.util.List;

/** Why memory had no say in a read. */
public enum BypassReason {
    /** The caller wants a strongly consistent read. */
    CONSISTENT("consistent"),
    /** DynamoDB might refuse the request, or there is something in it, or in the answer, that is not known here. */
    NOT_UNDERSTOOD("not_understood"),
    /** DynamoDB does not describe the table. */
    TABLE_UNKNOWN("table_unknown"),
    /** The table's policy keeps nothing of the kind. */
    NOT_CACHED("not_cached"),
    /** What others write is not heard. */
    NOT_HEARING("not_hearing"),
    /** The cache failed. */
    FAULT("fault"),
    /** The operation is DynamoDB's to answer, whatever it reads. */
    OPERATION("operation");

    private static final List<BypassReason> OF_CACHED =
            List.of(CONSISTENT, NOT_UNDERSTOOD, TABLE_UNKNOWN, NOT_CACHED, NOT_HEARING, FAULT);
    private static final List<BypassReason> OF_OTHERS = List.of(OPERATION);

    private final String label;

    BypassReason(String label) {
        this.label = label;
    }

    /** The word in metric tags. */
    public String label() {
        return label;
    }

    /** The reasons that reads of an operation may have. */
    public static List<BypassReason> of(Operation operation) {
        return ServedReads.operations().contains(operation) ? OF_CACHED : OF_OTHERS;
    }
}
